import { isFields } from "../kinds/canonical.ts";
import { kinds } from "../kinds/index.ts";
import type { Body, Change, Declared, Directory, Finding, Value } from "../model.ts";
import { Secret, secretsIn } from "../secret.ts";
import { rules } from "./lint/index.ts";
import type { Remark } from "./lint/remark.ts";
import { valueAt } from "./pointer.ts";

/**
 * Values of placeholders that are about to be sent, and that no server could use: no hash, no key, not filled in. Only a
 * run that sends them may ask, and gets one sentence whatever is wrong: the finding depends on the value.
 *
 * @param sent the texts of the placeholders that each change sends
 */
export function refusedSecretFindings(
  directory: Directory,
  sent: readonly { readonly change: Change; readonly references: ReadonlySet<string> }[],
): Finding[] {
  return sent.flatMap(({ change, references }) => {
    const entity = directory.kinds.get(change.kind)?.get(change.name);
    if (!entity || change.action === "delete") return [];
    const refused = new Set([...unusable(entity), ...refusedByRules(entity, directory)]);
    return [...refused].filter((reference) => references.has(reference)).map((one) => finding(entity, one));
  });
}

function unusable({ body }: Declared): string[] {
  const found = secretsIn(body).filter(({ facts }) => facts.isUnusable);
  return found.flatMap(({ reference }) => reference ?? []);
}

/** What the rules say of the entity once they may look behind its placeholders. */
function refusedByRules(entity: Declared, directory: Directory): string[] {
  const { login } = kinds[entity.kind];
  const open = { ...entity, body: withValues(entity.body, login?.password) as Body };
  return rules
    .flatMap((rule) => rule(open, directory))
    .filter(isRefusal)
    .flatMap(({ pointer }) => {
      const secret = valueAt(entity.body, pointer);
      return secret instanceof Secret && secret.isKnown ? (secret.reference ?? []) : [];
    });
}

function isRefusal({ severity, poison, refusedByServer }: Remark): boolean {
  return severity === "error" || poison !== undefined || refusedByServer === true;
}

/** The value with the secrets of placeholders as if the files had them; a password, which is hashed, may be any text. */
function withValues(value: Value, password: string | undefined): Value {
  if (value instanceof Secret)
    return value.isKnown && !value.isPassword
      ? new Secret(value.reveal(), undefined, { isWritten: true })
      : value;
  if (Array.isArray(value)) return value.map((item) => withValues(item, undefined));
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      name === password ? item : withValues(item, undefined),
    ]),
  );
}

function finding({ kind, name, at }: Declared, reference: string): Finding {
  return {
    code: "refused-secret",
    severity: "error",
    message: `the value of ${reference} is refused: the server could not use it there`,
    hint: "check the value where it is set: a hash must be a hash, a key long enough and in Base64, and no text an unfilled placeholder",
    at,
    kind,
    name,
  };
}
