import { appendFileSync, statSync } from "node:fs";

/** A longer one is thrown away as a whole by the runner, at 1 MiB. */
const bytesMax = 900 * 1024;

/** Adds a report to the job summary, as much of it as there is room for. */
export function writeSummary(path: string, markdown: (limit: number) => string): void {
  const room = bytesMax - (statSync(path, { throwIfNoEntry: false })?.size ?? 0);
  if (room <= 0) return;
  let limit = room;
  let text = markdown(limit);
  for (let bytes = Buffer.byteLength(text); bytes > room; bytes = Buffer.byteLength(text)) {
    // Characters are counted, and some take several bytes.
    limit = Math.floor((limit * room * 0.95) / bytes);
    text = markdown(limit);
  }
  appendFileSync(path, `${text}\n`);
}
