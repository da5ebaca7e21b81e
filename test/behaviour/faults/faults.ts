import type { Fault } from "../../../src/simulator/index.ts";

/** The end of a run: with everything written, or before or after the write with the fault. */
export type End = "whole" | "before" | "after";

/** Something that goes wrong with one write. */
export interface Mishap {
  readonly fault: Omit<Fault, "when">;
  /** True if every later attempt has the fault as well. */
  readonly isLasting?: boolean;
  readonly end: End;
}

const nullPointer = '{"error":{"type":"null_pointer_exception","reason":"oh"},"status":500}';
const conflict = '{"status":"CONFLICT","message":"version conflict, required seqNo [1], primary term [1]"}';
const now = { "retry-after": "0" };
const tooMany: Mishap["fault"] = { status: 429, body: "too many", headers: now };
const unavailable: Mishap["fault"] = { status: 503, body: "unavailable", headers: now };

/** Faults whose result osac knows at once. */
export const quick: Readonly<Record<string, Mishap>> = {
  "the connection is cut after the write": { fault: { connection: "lost" }, end: "whole" },
  "half of the answer comes": { fault: { connection: "half" }, end: "whole" },
  "409, once": { fault: { status: 409, body: conflict }, end: "whole" },
  "409, again and again": { fault: { status: 409, body: conflict }, isLasting: true, end: "before" },
  "429, once": { fault: tooMany, end: "whole" },
  "429, for good": { fault: tooMany, isLasting: true, end: "before" },
  "503, once": { fault: unavailable, end: "whole" },
  "503 of a proxy, though it is written": { fault: { ...unavailable, isWritten: true }, end: "whole" },
  "500, not written": { fault: { status: 500, body: nullPointer }, end: "before" },
  "500, though it is written": { fault: { status: 500, body: nullPointer, isWritten: true }, end: "whole" },
  "400": { fault: { status: 400, body: '{"status":"error","reason":"no"}' }, isLasting: true, end: "before" },
};

/** Faults after which osac waits, because the server may continue the write. */
export const slow: Readonly<Record<string, Mishap>> = {
  "the connection is cut before the write": { fault: { connection: "reset" }, end: "before" },
  "no answer comes": { fault: { connection: "hang" }, end: "before" },
  "no answer comes, though it is written": { fault: { connection: "hang", isWritten: true }, end: "whole" },
  "half of a 500 comes": { fault: { connection: "half", status: 500, body: nullPointer }, end: "before" },
};
