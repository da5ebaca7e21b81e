import { withBase } from "../config/base.ts";
import type { Settings } from "../config/settings.ts";
import { placeholderRules } from "../config/sources.ts";
import { exitCodes, refusalOf, type ExitReason } from "../errors.ts";
import type { Change, Directory, Plan } from "../model.ts";
import { drift, load, type Drift } from "../reconcile.ts";
import { causeWords } from "../report/causes.ts";
import type { Io } from "./io.ts";
import { printPlan } from "./print-plan.ts";
import { withReader } from "./task.ts";

/** Says what differs between the files and the cluster, and who moved. */
export async function run(settings: Settings, io: Io): Promise<ExitReason> {
  const began = performance.now();
  return withReader(settings, io, async (reader, connection, task) => {
    const { base, directory, kinds } = settings;
    const find = async (older?: Directory): Promise<Drift> => drift(reader, connection, task, older);
    const { plan, causes } = await (base === undefined
      ? find()
      : withBase(base, { directory, cwd: io.cwd }, async (path) =>
          find(await load(path, io.env, kinds, placeholderRules(settings))),
        ));
    const reason = reasonOf(plan, settings);
    const exitCode = exitCodes[reason].code;
    const about = (change: Change): { cause: string } => ({ cause: causes.get(change)! });
    const note = (change: Change): string => causeWords[causes.get(change)!];
    printPlan(
      plan,
      { command: "drift", exitCode, requests: reader.requests, began, about, note },
      settings,
      io,
    );
    return reason;
  });
}

function reasonOf({ findings, changes, unmanaged }: Plan, { failOn }: Settings): ExitReason {
  const isDrifted = changes.length > 0 || (failOn === "unmanaged" && unmanaged.length > 0);
  return refusalOf(findings) ?? (isDrifted ? "changes" : "done");
}
