import { randomBytes } from "node:crypto";
import { OsacError } from "../errors.ts";
import type { Change, Step } from "../model/change.ts";
import type { Writer } from "../model/cluster.ts";
import type { Operation } from "../model/value.ts";
import { mayStillWork, classifyReply, type Reply } from "./classify-reply.ts";
import { sendPatch } from "./send-patch.ts";

/** The most requests that one search may take. */
const probesMax = 300;

/** A change that the server refuses, with its reply. */
interface Offender {
  readonly change: Change;
  readonly reply: Reply;
}

/** The entities that the server refuses. */
export interface Offenders {
  readonly found: readonly Offender[];
  /** True if the server accepts all other entities. */
  readonly isComplete: boolean;
}

/**
 * Finds every change that the server refuses; its own answer names at most the first. Nothing is written: a
 * PATCH is all or nothing, and each ends with an entity that has an invalid field. The server checks the
 * entities in order, so an error about that field shows that it accepts all entities before.
 */
export async function findOffenders(step: Step, writer: Writer): Promise<Offenders> {
  const probe = createProbe(step, writer);
  // If the server refuses a patch without any change, the changes are not the reason.
  if ((await probe([])) !== "clean") return { found: [], isComplete: false };
  const found: Offender[] = [];
  let rest = step.changes;
  let clean = 0;
  for (;;) {
    const offender = await findFirstOffender(rest, clean, probe);
    if (offender === "none") return { found, isComplete: true };
    if (offender === "unknown") return { found, isComplete: false };
    found.push(offender);
    clean = rest.indexOf(offender.change);
    rest = rest.filter((change) => change !== offender.change);
  }
}

/** Asks the server about these changes without writing them. */
type Probe = (changes: readonly Change[]) => Promise<Reply | "clean" | "unknown">;

function createProbe({ kind, changes: all, operations }: Step, writer: Writer): Probe {
  let probes = 0;
  return async (changes) => {
    probes += 1;
    if (probes > probesMax) return "unknown";
    const field = `osac_probe_${randomBytes(8).toString("hex")}`;
    const tail: Operation = { op: "add", path: `/${field}`, value: { [field]: true } };
    const sent = changes.flatMap((change) => operations[all.indexOf(change)]!);
    const reply = await sendPatch(kind, [...sent, tail], writer);
    if (isRefusal(reply)) return reply.text.includes(field) ? "clean" : reply;
    return "unknown";
  };
}

/** A refusal of the request, not of the caller or of the moment. */
function isRefusal(reply: Reply): reply is Exclude<Reply, OsacError> {
  if (reply instanceof OsacError) return false;
  const meaning = classifyReply(reply);
  return (meaning === "refused" && reply.status !== 401) || (meaning === "unclear" && !mayStillWork(reply));
}

/** Finds the first change that the server refuses. It is known to accept the first `clean` changes. */
async function findFirstOffender(
  changes: readonly Change[],
  clean: number,
  probe: Probe,
): Promise<Offender | "none" | "unknown"> {
  let reply = await probe(changes);
  let [low, high] = [clean, changes.length];
  while (typeof reply !== "string") {
    if (high - low <= 1) return high > low ? { change: changes[low]!, reply } : "unknown";
    const middle = Math.floor((low + high) / 2);
    const half = await probe(changes.slice(0, middle));
    if (half === "unknown") return half;
    if (half === "clean") low = middle;
    else [high, reply] = [middle, half];
  }
  return reply === "clean" ? "none" : "unknown";
}
