import { openReader } from "../cluster/client.ts";
import type { Settings } from "../config/settings.ts";
import { exitCodes, type ExitReason } from "../errors.ts";
import type { Plan } from "../model.ts";
import { plan } from "../reconcile.ts";
import type { Io } from "./io.ts";
import { printPlan } from "./print-plan.ts";
import { readTask } from "./task.ts";

/** Shows what `apply` would change. Its reader has no way to write. */
export async function run(settings: Settings, io: Io): Promise<ExitReason> {
  const began = performance.now();
  const { task, connection } = await readTask(settings, io);
  const reader = openReader(connection);
  try {
    const { plan: made } = await plan(reader, connection, task);
    const reason = reasonOf(made, settings);
    printPlan(
      made,
      { command: "plan", exitCode: exitCodes[reason].code, requests: reader.requests, began },
      settings,
      io,
    );
    return reason;
  } finally {
    await reader.close();
  }
}

function reasonOf({ findings, changes }: Plan, { detailedExitcode }: Settings): ExitReason {
  if (findings.some(({ severity }) => severity === "error")) return "input";
  return detailedExitcode && changes.length > 0 ? "changes" : "done";
}
