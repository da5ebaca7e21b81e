import { randomBytes } from "node:crypto";
import { Secret } from "../secrets/secret.ts";

/** Makes a random password that any policy accepts. osac shows it nowhere. */
export function makeLockedLogin(): Secret {
  return new Secret(`${randomBytes(24).toString("base64url")}-aA1!`).asPassword();
}
