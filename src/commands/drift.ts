import { withBase } from "../config/base.ts";
import type { Settings } from "../config/settings.ts";
import { exitCodes, refusalOf, type ExitReason } from "../errors.ts";
import type { Change, Connection, Plan, Reader } from "../model.ts";
import { causesOf } from "../plan/cause.ts";
import { load, plan, type Task } from "../reconcile.ts";
import { causeWords } from "../report/causes.ts";
import type { Io } from "./io.ts";
import { printPlan } from "./print-plan.ts";
import { withReader } from "./task.ts";

/** Says what differs between the files and the cluster, and who moved. */
export async function run(settings: Settings, io: Io): Promise<ExitReason> {
  const began = performance.now();
  return withReader(settings, io, async (reader, connection, task) => {
    const { plan: made } = await plan(reader, connection, task);
    const causes = causesOf(made.changes, await changesFromBase(reader, connection, task, settings, io));
    const reason = reasonOf(made, settings);
    const exitCode = exitCodes[reason].code;
    const about = (change: Change): { cause: string } => ({ cause: causes.get(change)! });
    const note = (change: Change): string => causeWords[causes.get(change)!];
    printPlan(
      made,
      { command: "drift", exitCode, requests: reader.requests, began, about, note },
      settings,
      io,
    );
    return reason;
  });
}

/** What the files would change as they were at `--base`. */
async function changesFromBase(
  reader: Reader,
  connection: Connection,
  task: Task,
  { base, directory, kinds }: Settings,
  io: Io,
): Promise<readonly Change[] | undefined> {
  if (base === undefined) return undefined;
  return withBase(base, { directory, cwd: io.cwd }, async (path) => {
    const older = { ...task, directory: await load(path, io.env, kinds) };
    return (await plan(reader, connection, older)).plan.changes;
  });
}

function reasonOf({ findings, changes, unmanaged }: Plan, { failOn }: Settings): ExitReason {
  const isDrifted = changes.length > 0 || (failOn === "unmanaged" && unmanaged.length > 0);
  return refusalOf(findings) ?? (isDrifted ? "changes" : "done");
}
