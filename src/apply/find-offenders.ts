import { randomBytes } from "node:crypto";
import { OsacError } from "../errors.ts";
import type { Change, Step } from "../model/change.ts";
import type { Writer } from "../model/cluster.ts";
import type { Operation } from "../model/value.ts";
import { mayStillWork, classifyReply, type Reply } from "./classify-reply.ts";
import { sendPatch } from "./send-patch.ts";

/** The most requests that one search may take. */
const probesMax = 300;

/** A change that the server refuses, and what it says of it. */
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
 * Finds every change for which the server refuses a request, which itself names the first at most. Nothing can be
 * written on the way: a PATCH is all or nothing, the server checks the entities in the order in which they are named,
 * and the last one in each of these has a field that no entity can have. Whether that one is what the server complains
 * about tells whether it found nothing wrong before.
 */
export async function findOffenders(step: Step, writer: Writer): Promise<Offenders> {
  const probe = createProbe(step, writer);
  // Whoever is refused without any entity is refused for another reason.
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

/** The first change at which the server stops. The first `clean` ones are known to be none. */
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
