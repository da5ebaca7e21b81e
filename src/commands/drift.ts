import { watchPeer } from "../cluster/status/peer-certificate.ts";
import { withBase } from "../config/git/base.ts";
import type { Settings } from "../config/settings/settings.ts";
import { placeholderRules } from "../config/placeholders/sources.ts";
import { exitCodes, failure, refusalOf, type ExitReason } from "../errors.ts";
import type { Change, Connection, Directory, Reader } from "../model.ts";
import { countDrift, isDrift } from "../plan/cause.ts";
import { drift, load, type Asked, type Drift, type Task } from "../reconcile.ts";
import type { Io } from "./io.ts";
import { recordCheck, recordFailure } from "./metrics.ts";
import { printPlan } from "./print-plan.ts";
import { withStrictSettings } from "./strict-settings.ts";
import { withReader } from "./task.ts";

/** Says what differs between the files and the cluster, and which side changed. */
export async function run(settings: Settings, io: Io): Promise<ExitReason> {
  const began = performance.now();
  const peer = watchPeer(settings);
  try {
    refuseUntold(settings);
    return await withReader(settings, io, async (reader, connection, task, asked) => {
      const compared = await find(reader, connection, { task, asked }, settings, io);
      const found = { ...compared, plan: withStrictSettings(compared.plan, settings) };
      const declared = [...task.directory.kinds.keys()];
      const reason = reasonOf(found, settings);
      const unwritten = await recordCheck(found, { declared, peer }, reason, settings, began);
      const findings = [...found.plan.findings, ...unwritten];
      const shown = { ...found, plan: { ...found.plan, findings } };
      return print(shown, reader, settings, io, began);
    });
  } catch (error) {
    throw await recordFailure(error, settings, began);
  } finally {
    peer.stop();
  }
}

/** Without a base everything that differs is `unknown`: a run that looks for the rest alone would never find any. */
function refuseUntold({ base, failOn, setBy }: Settings): void {
  const told = failOn.filter((kind) => !["unknown", "skipped", "unmanaged"].includes(kind));
  if (base !== undefined || told.length === 0 || failOn.includes("unknown")) return;
  const where = setBy["failOn"] ?? "--fail-on";
  throw failure("input", "no-base", `${where}: without --base osac cannot tell ${told.join(", ")}`, {
    hint: "pass --base with the files as last applied, or add unknown to the list",
  });
}

async function find(
  reader: Reader,
  connection: Connection,
  { task, asked }: { readonly task: Task; readonly asked: Asked },
  settings: Settings,
  io: Io,
): Promise<Drift> {
  const { base, directory, kinds: only } = settings;
  const compare = async (older?: Directory): Promise<Drift> => drift(reader, connection, task, older, asked);
  if (base === undefined) return compare();
  return withBase(base, { directory, cwd: io.cwd }, async (path) =>
    compare(await load(path, io.env, { only, rules: placeholderRules(settings) })),
  );
}

function print(found: Drift, reader: Reader, settings: Settings, io: Io, began: number): ExitReason {
  const { plan, causes } = found;
  const reason = reasonOf(found, settings);
  printPlan(
    plan,
    {
      command: "drift",
      exitCode: exitCodes[reason].code,
      requests: reader.requests,
      began,
      drift: { counts: countDrift(plan, causes), failOn: settings.failOn },
      about: (change: Change): { cause: string } => ({ cause: causes.get(change)! }),
      causes,
    },
    settings,
    io,
  );
  return reason;
}

function reasonOf({ plan, causes }: Drift, { failOn }: Settings): ExitReason {
  return refusalOf(plan.findings) ?? (isDrift(countDrift(plan, causes), failOn) ? "changes" : "done");
}
