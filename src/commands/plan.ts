import type { Settings } from "../settings/settings.ts";
import { findExitReason, makeFinding } from "../errors.ts";
import { exitCodes, type ExitReason } from "../exit-codes.ts";
import type { Finding } from "../model/finding.ts";
import type { Plan } from "../model/plan.ts";
import { plan } from "../engine/plan.ts";
import type { IdFacts, SavedAs } from "../report/plan-id.ts";
import { withSettingErrors } from "./setting-errors.ts";
import type { Ended } from "./index.ts";
import type { Io } from "./io.ts";
import { removedTarget } from "./removed-target.ts";
import { makePlanResult } from "./plan-result.ts";
import { formatPathFrom, repeatedFlags } from "./repeat-flags.ts";
import { makeGuardChoice, readLockoutTask, withReader } from "./read-task.ts";

/** Shows what `apply` would change, and saves the plan with `--out`. */
export async function run(settings: Settings, io: Io): Promise<Ended> {
  if (settings.isTargetRemoved) return removedTarget("plan", settings);
  const began = performance.now();
  return withReader(settings, io, async (reader, connection, task, reads) => {
    const lockout = await readLockoutTask(settings, connection);
    const { plan: compared, ...rest } = await plan(
      reader,
      connection,
      { ...task, guards: makeGuardChoice(settings), lockout },
      reads,
    );
    const made = { plan: withSettingErrors(compared, settings), ...rest };
    const isRefused = findExitReason(made.plan.findings) !== undefined;
    const isSaved = settings.out !== undefined && !isRefused;
    const { savePlan } = isSaved ? await import("./save-plan.ts") : {};
    const saved = await savePlan?.(made, task.directory, settings, io);
    const shown = isRefused ? addNotSavedFinding(made.plan, settings, io) : made.plan;
    const reason = chooseExitReason(shown, settings);
    const exitCode = exitCodes[reason].code;
    const run = { command: "plan", exitCode, requests: reader.requests, began };
    const id = isRefused ? undefined : makeIdFacts(settings, saved);
    return { reason, result: makePlanResult(shown, { ...run, id }, settings) };
  });
}

/** Adds the notice that the plan was not saved, because an existing file at that path is an older plan. */
function addNotSavedFinding(made: Plan, { out }: Settings, io: Io): Plan {
  if (out === undefined) return made;
  const finding: Finding = makeFinding("plan-not-saved", {
    message: `a plan with errors cannot be applied: ${formatPathFrom(io.cwd, out)} was not written, and is an older plan if it exists`,
  });
  return { ...made, findings: [...made.findings, finding] };
}

/**
 * Makes the command that applies the plan: it must reach the same cluster with the same choices. A saved plan
 * carries its choices.
 */
function makeIdFacts(settings: Settings, saved: SavedAs | undefined): IdFacts {
  const directory = settings.directoryName === "." ? [] : [settings.directoryName];
  const carried = settings.typed.filter(({ isPlanned }) => saved && isPlanned).map(({ name }) => name);
  const flags = repeatedFlags(settings, "apply", carried);
  return {
    saved,
    toApply: (id) => [...directory, ...flags, ...(saved ? ["--plan", saved.file] : ["--expect-plan", id])],
  };
}

function chooseExitReason({ findings, changes }: Plan, { detailedExitcode }: Settings): ExitReason {
  const isChanged = detailedExitcode && changes.length > 0;
  return findExitReason(findings) ?? (isChanged ? "changes" : "done");
}
