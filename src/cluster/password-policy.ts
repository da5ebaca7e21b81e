import { isRecord } from "../value/record.ts";
import type { Connection, Reader } from "../model/cluster.ts";
import { securityPath } from "./paths.ts";
import { quoteServer } from "./explain-refusal.ts";

/** Reads the password policy of the cluster. Every caller may read it. */
export async function readPasswordPolicy(
  reader: Reader,
  connection: Connection,
): Promise<{ regex: string | undefined; message: string | undefined }> {
  const { body } = await reader.readAside(securityPath(connection, "dashboardsinfo"));
  const { password_validation_regex: regex, password_validation_error_message: message } = isRecord(body)
    ? body
    : {};
  return {
    regex: typeof regex === "string" ? regex : undefined,
    message: typeof message === "string" ? quoteServer(message) : undefined,
  };
}
