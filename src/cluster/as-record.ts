import { isRecord } from "../value/record.ts";
import type { Json, JsonObject } from "../model/value.ts";

/** The fields of a part of an answer. Empty if it is no object. */
export function asRecord(value: Json | undefined): JsonObject {
  return isRecord(value) ? value : {};
}
