import { createHash } from "node:crypto";
import { basename } from "node:path";

/** Whether a mutant is in the sample: the share of all of them that the seed chooses. */
export function isInSample({ fileName, location, replacement }, { share, seed }) {
  const place = JSON.stringify([seed, basename(fileName), location, replacement]);
  return createHash("sha256").update(place).digest().readUInt32BE() < share * 2 ** 32;
}
