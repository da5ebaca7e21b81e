import { OsacError } from "../../errors.ts";
import type { KindName, Operation, Writer } from "../../model.ts";
import type { Reply } from "./answers.ts";

/** Sends one PATCH. That there is no answer is an reply as well. */
export async function patched(
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
