import { toOsacError } from "../../errors.ts";
import { exitCodes } from "../../exit-codes.ts";
import type { Finding } from "../../model/finding.ts";
import { failureDocument } from "../../report/json-text.ts";
import type { PlanDocument } from "../../report/plan-json.ts";
import { findingsText } from "../../report/findings-text.ts";
import { formatAgainChanges, makeAgainFinding, markNotEmpty } from "../../report/fleet/plan-again.ts";
import { makeTheme } from "../../report/theme.ts";
import type { Settings } from "../../settings/settings.ts";
import { findCommand } from "../index.ts";
import type { Io } from "../io.ts";
import type { RunEnd, Runner } from "./run-end.ts";
import { keepOutput } from "./target-output.ts";

/**
 * Plans a target again after its apply, from the cluster as it is now. Returns an error unless that plan is
 * empty: only then may the next group start. An earlier "healthy" state proves nothing about this run.
 */
export async function findGateError(
  settings: Settings,
  io: Io,
  { runCommand }: Runner,
): Promise<Finding | undefined> {
  const output = keepOutput(io);
  try {
    const { reason, result } = await runCommand(findCommand("plan")!, makeAgain(settings), {
      ...io,
      ...output,
    });
    const { changes } = result!.document() as PlanDocument;
    if (reason === "done" && changes.length === 0) return undefined;
    // A plan that is empty is no news; one that is not shows what is wrong.
    output.replay(io, true);
    return makeAgainFinding(reason === "done" ? formatAgainChanges(changes.length) : "has errors");
  } catch (error) {
    const { reason, message } = toOsacError(error);
    // After a signal no group starts, and the target is applied all the same.
    return reason === "interrupted" ? undefined : makeAgainFinding(`failed: ${message}`);
  }
}

/** The settings of the plan after an apply: without what makes a plan write although nothing differs. */
function makeAgain(settings: Settings): Settings {
  return {
    ...settings,
    strict: false,
    setPassword: [],
    setAllPasswords: false,
    setSecret: [],
    requireFullList: false,
    savedPlan: undefined,
    plan: undefined,
    expectPlan: undefined,
  };
}

/** Makes the end of a target whose gate stays closed, and prints why: as written, but not as desired. */
export function closeGate(ended: RunEnd, finding: Finding, { stderr, env }: Io): RunEnd {
  stderr.write(findingsText([finding], makeTheme(stderr, env)));
  const { code } = exitCodes.partial;
  const document = { ...(ended.result?.document() ?? failureDocument("apply", code, [])) } as PlanDocument;
  const marked = markNotEmpty(document, finding);
  return { reason: "partial", code, result: { ...ended.result!, document: () => marked } };
}
