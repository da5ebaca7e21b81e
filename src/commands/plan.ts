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
    const run = { command: "plan", exitCode, requests: reader.requests, began };
    const id = { toApply: (digits: string) => applyArguments(digits, settings) };
    printPlan(made, refusalOf(made.findings) ? run : { ...run, id }, settings, io);
    return reason;
  });
}

/** The arguments with which `apply` makes the same plan, or refuses because there is another one by then. */
function applyArguments(id: string, { directoryName, choices }: Settings): string[] {
  const typed = choices.filter(({ isTyped }) => isTyped);
  return [
    ...(directoryName === "." ? [] : [directoryName]),
    ...typed.flatMap(({ flag, texts }) => texts.map((text) => `--${flag}=${text}`)),
    "--expect-plan",
    id,
  ];
}

function reasonOf({ findings, changes }: Plan, { detailedExitcode }: Settings): ExitReason {
  const isChanged = detailedExitcode && changes.length > 0;
  return refusalOf(findings) ?? (isChanged ? "changes" : "done");
}
