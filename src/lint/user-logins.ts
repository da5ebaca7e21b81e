import { makeLintFinding } from "../errors.ts";
import { internalUsers } from "../kinds/internal-users.ts";
import type { Declared } from "../model/entity.ts";
import type { Value } from "../model/value.ts";
import { Secret } from "../secrets/secret.ts";
import { hasDefault } from "../files/placeholders/placeholders.ts";
import { toStoredText } from "../value/texts.ts";
import type { LintFinding } from "../model/finding.ts";
import type { Rule } from "./rule.ts";

/** The hashes that the server can check: bcrypt, argon2 (3.2 and later) and PBKDF2 (2.16 and later). */
const hashes = [
  /^\$2[abxy]\$\d\d\$[./A-Za-z0-9]{53}$/,
  /^\$argon2(?:id|i|d)\$v=\d+\$m=\d+,t=\d+,p=\d+\$[A-Za-z0-9+/]+=*\$[A-Za-z0-9+/]+=*$/,
  /^\$(?:\d+\$\d+|3\$\d+)\$[A-Za-z0-9+/]+=*\$[A-Za-z0-9+/]+=*$/,
];

/** A placeholder that stands for the hash of a password; its value is the password. */
const hashedPlaceholder = /^\$\{envbc\./;

/**
 * Checks that a user has exactly one of `hash` and `password`, that the hash is one, and that no password is
 * in plain text.
 */
export const loginRule: Rule = (entity) => {
  const { hash, password } = entity.body;
  return [...plainPasswordFindings(password), ...badHashFindings(entity, hash), ...noLoginFindings(entity)];
};

function plainPasswordFindings(password: Value | undefined): LintFinding[] {
  if (password === undefined || password === null || isFromElsewhere(password)) return [];
  return [plainPasswordFinding("/password")];
}

function plainPasswordFinding(pointer: string): LintFinding {
  return makeLintFinding("plain-password", {
    pointer,
    message: "the file has a password in plain text",
    hint: "write password: ${env.NAME} without a default, or its hash",
  });
}

/** True if the value comes from outside the file. The default of a placeholder is in the file. */
function isFromElsewhere(value: Value | undefined): boolean {
  return value instanceof Secret && value.reference !== undefined && !hasDefault(value.reference);
}

function badHashFindings({ body }: Declared, hash: Value | undefined): LintFinding[] {
  if (hash instanceof Secret && hashedPlaceholder.test(hash.reference ?? ""))
    return isFromElsewhere(hash) ? [] : [plainPasswordFinding("/hash")];
  const text = toStoredText(hash);
  if (text === undefined || text === "" || isFromElsewhere(body["password"])) return [];
  if (hashes.some((form) => form.test(text))) return [];
  return [
    makeLintFinding("bad-hash", {
      pointer: "/hash",
      message: "this is not a bcrypt, argon2 or PBKDF2 hash, so the user cannot log in",
      hint: "make one with the plugin's hash.sh, or write password: ${env.NAME} instead",
      refusedByServer: true,
      field: "hash",
    }),
  ];
}

function isGiven(value: Value | undefined): boolean {
  return value !== undefined && value !== null && value !== "";
}

function noLoginFindings({ body }: Declared): LintFinding[] {
  if (isGiven(body["hash"]) || isGiven(body["password"]) || internalUsers.login!.isMadeByServer(body))
    return [];
  return [
    makeLintFinding("user-without-password", {
      pointer: body["hash"] === "" ? "/hash" : "",
      message: "the user has neither a hash nor a password, and cannot log in",
      hint: "add hash, or password: ${env.NAME}",
      refusedByServer: true,
      field: "hash",
    }),
  ];
}
