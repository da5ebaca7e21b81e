import { isFields } from "../kinds/canonical.ts";
import type { Connection, Reader } from "../model.ts";
import { securityPath } from "./paths.ts";
import { quoteServer } from "./refusal.ts";

/** The cluster's rule for passwords, as anybody may read it. */
export async function passwordPolicy(
  reader: Reader,
  connection: Connection,
): Promise<{ regex?: string; message?: string }> {
  const { body } = await reader.readAside(securityPath(connection, "dashboardsinfo"));
  const { password_validation_regex: regex, password_validation_error_message: message } = isFields(body)
    ? body
    : {};
  return {
    ...(typeof regex === "string" ? { regex } : {}),
    ...(typeof message === "string" ? { message: quoteServer(message) } : {}),
  };
}
