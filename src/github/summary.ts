import { appendFileSync, statSync } from "node:fs";

/** The runner discards a longer summary as a whole. */
const bytesMax = 1024 * 1024;

/** The room for the heading of a second report, which is never cut. */
const reserve = 124 * 1024;

/** Adds a report to the job summary, as much of it as fits. */
export function writeSummary(path: string, markdown: (limit: number) => string): void {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  const room = Math.max(0, bytesMax - reserve - size);
  let limit = room;
  let text = markdown(limit);
  for (let bytes = Buffer.byteLength(text); bytes > room && limit > 0; bytes = Buffer.byteLength(text)) {
    // The limit counts characters, some of which take several bytes.
    limit = Math.floor((limit * room * 0.95) / bytes);
    text = markdown(limit);
  }
  if (size + Buffer.byteLength(text) < bytesMax) appendFileSync(path, `${text}\n`);
}
