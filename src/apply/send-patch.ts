import { OsacError } from "../errors.ts";
import type { Writer } from "../model/cluster.ts";
import type { KindName } from "../model/kind-name.ts";
import type { Operation } from "../model/value.ts";
import type { Reply } from "./classify-reply.ts";

/** Sends one PATCH. Returns the `OsacError` if there is no answer. */
export async function sendPatch(
  kind: KindName,
  operations: readonly Operation[],
  writer: Writer,
): Promise<Reply> {
  try {
    return await writer.patch(kind, operations);
  } catch (error) {
    if (error instanceof OsacError) return error;
    throw error;
  }
}
