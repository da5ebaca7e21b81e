import type { Body } from "../model/value.ts";
import { Secret } from "../secrets/secret.ts";
import { withoutField } from "../value/path.ts";
import type { Kind } from "./kind.ts";

/** Moves a password into the field of its hash, so that osac compares and sends one field. */
export function foldPassword(kind: Kind, body: Body): Body {
  if (!kind.login) return body;
  const { hash, password } = kind.login;
  const secret = body[password];
  return secret instanceof Secret ? { ...withoutField(body, password), [hash]: secret.asPassword() } : body;
}
