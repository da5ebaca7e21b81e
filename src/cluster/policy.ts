import { isFields } from "../kinds/canonical.ts";
import type { Change, Connection, Reader } from "../model.ts";
import { holdsSecret } from "../secret.ts";
import { securityPath } from "./paths.ts";

/** The cluster's rule for passwords. It is asked for only where a password has to be sent. */
export async function readPolicy(
  reader: Reader,
  connection: Connection,
  changes: readonly Change[],
): Promise<{ regex?: string; message?: string }> {
  const sendsPassword = changes.some(
    (change) => change.action !== "delete" && holdsSecret(change.after, ({ isPassword }) => isPassword),
  );
  return sendsPassword ? passwordPolicy(reader, connection) : {};
}

/** The cluster's rule for passwords, as anybody may read it. */
export async function passwordPolicy(
  reader: Reader,
  connection: Connection,
): Promise<{ regex?: string; message?: string }> {
  const { body } = await reader.read(securityPath(connection, "dashboardsinfo"));
  const { password_validation_regex: regex, password_validation_error_message: message } = isFields(body)
    ? body
    : {};
  return {
    ...(typeof regex === "string" ? { regex } : {}),
    ...(typeof message === "string" ? { message } : {}),
  };
}
