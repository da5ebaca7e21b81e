import { randomBytes } from "node:crypto";
import { Secret } from "../secrets/secret.ts";

/** Makes a password that any policy takes, and that nobody has ever seen. */
export function makeLockedLogin(): Secret {
  return new Secret(`${randomBytes(24).toString("base64url")}-aA1!`).asPassword();
}
