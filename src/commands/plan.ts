import type { Settings } from "../config/settings.ts";
import { exitCodes, refusalOf, type ExitReason } from "../errors.ts";
import type { Plan } from "../model.ts";
import { plan } from "../reconcile.ts";
import type { Io } from "./io.ts";
import { printPlan } from "./print-plan.ts";
import { guardsOf, withReader } from "./task.ts";

/** Shows what `apply` would change. */
export async function run(settings: Settings, io: Io): Promise<ExitReason> {
  const began = performance.now();
  return withReader(settings, io, async (reader, connection, task) => {
    const { plan: made } = await plan(reader, connection, { ...task, guards: guardsOf(settings) });
    const reason = reasonOf(made, settings);
    const exitCode = exitCodes[reason].code;
    printPlan(made, { command: "plan", exitCode, requests: reader.requests, began }, settings, io);
    return reason;
  });
}

function reasonOf({ findings, changes }: Plan, { detailedExitcode }: Settings): ExitReason {
  const isChanged = detailedExitcode && changes.length > 0;
  return refusalOf(findings) ?? (isChanged ? "changes" : "done");
}
