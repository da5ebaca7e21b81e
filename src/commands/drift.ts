import { watchPeer } from "../cluster/status/peer-certificate.ts";
import { withBase } from "../git/base-files.ts";
import { findLayering } from "../settings/read-layering.ts";
import type { Settings } from "../settings/settings.ts";
import { makePlaceholderRules } from "../files/placeholders/sources.ts";
import { failure, findExitReason } from "../errors.ts";
import { exitCodes, type ExitReason } from "../exit-codes.ts";
import type { Change } from "../model/change.ts";
import type { Connection, Reader } from "../model/cluster.ts";
import type { Directory } from "../model/entity.ts";
import { countDrift, isDrift } from "../plan/drift-cause.ts";
import { drift, type Drift } from "../engine/drift.ts";
import type { ClusterReads } from "../engine/read-cluster.ts";
import { load } from "../engine/read-files.ts";
import type { Task } from "../engine/task.ts";
import type { Ended } from "./index.ts";
import type { Io } from "./io.ts";
import { recordCheck, recordFailure } from "./record-metrics.ts";
import { makePlanResult } from "./plan-result.ts";
import { withStrictSettings } from "./setting-errors.ts";
import { withReader } from "./read-task.ts";

/** Reports the differences between the files and the cluster, and which side changed. */
export async function run(settings: Settings, io: Io): Promise<Ended> {
  const began = performance.now();
  const peer = watchPeer(settings);
  try {
    refuseUnknownCauses(settings);
    return await withReader(settings, io, async (reader, connection, task, reads) => {
      const compared = await findDrift(reader, connection, { task, reads }, settings, io);
      const found = { ...compared, plan: withStrictSettings(compared.plan, settings) };
      const declared = [...task.directory.kinds.keys()];
      const reason = chooseExitReason(found, settings);
      const unwritten = await recordCheck(found, { declared, peer }, reason, settings, began);
      const findings = [...found.plan.findings, ...unwritten];
      return endDrift({ ...found, plan: { ...found.plan, findings } }, reader, settings, began);
    });
  } catch (error) {
    throw await recordFailure(error, settings, began);
  } finally {
    peer.stop();
  }
}

/** Refuses `--fail-on` with other causes alone if there is no base: then every difference is `unknown`. */
function refuseUnknownCauses({ base, failOn, setBy }: Settings): void {
  const told = failOn.filter((kind) => !["unknown", "skipped", "unmanaged", "escalation"].includes(kind));
  if (base !== undefined || told.length === 0 || failOn.includes("unknown")) return;
  const where = setBy["failOn"] ?? "--fail-on";
  throw failure("input", "unknown-base", `${where}: without --base osac cannot tell ${told.join(", ")}`, {
    hint: "pass --base with the files as last applied, or add unknown to the list",
  });
}

async function findDrift(
  reader: Reader,
  connection: Connection,
  { task, reads }: { readonly task: Task; readonly reads: ClusterReads },
  settings: Settings,
  io: Io,
): Promise<Drift> {
  const { base, directory, kinds: only } = settings;
  const compare = async (older?: Directory): Promise<Drift> => drift(reader, connection, task, older, reads);
  if (base === undefined) return compare();
  return withBase(base, { directory, cwd: io.cwd }, async (path) => {
    const layering = await findLayering(path, settings);
    return compare(await load(path, io.env, { only, rules: makePlaceholderRules(settings), layering }));
  });
}

function endDrift(found: Drift, reader: Reader, settings: Settings, began: number): Ended {
  const { plan, causes } = found;
  const reason = chooseExitReason(found, settings);
  const run = {
    command: "drift",
    exitCode: exitCodes[reason].code,
    requests: reader.requests,
    began,
    drift: { counts: countDrift(plan, causes), failOn: settings.failOn },
    about: (change: Change) => ({ cause: causes.get(change)! }),
    causes,
  };
  return { reason, result: makePlanResult(plan, run, settings) };
}

function chooseExitReason({ plan, causes }: Drift, { failOn }: Settings): ExitReason {
  return findExitReason(plan.findings) ?? (isDrift(countDrift(plan, causes), failOn) ? "changes" : "done");
}
