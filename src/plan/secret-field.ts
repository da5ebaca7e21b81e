import type { Json, Value } from "../model/value.ts";
import { Secret } from "../secrets/secret.ts";
import { isRecord } from "../value/record.ts";
import { getOwnField } from "../value/path.ts";
import { mapItems, mapScalars } from "../value/walk.ts";

/** A secret is written down as an object with this field alone, which no text can be taken for. */
export const secretField = "$secret";

const lookalike = /^\$+secret$/;
const escaped = /^\${2,}secret$/;

/** A value as it is written down, with what stands for each secret. */
export function writeSecrets(value: Value, describe: (secret: Secret) => string | null): Json {
  return mapScalars(
    value,
    (one): Json => (one instanceof Secret ? { [secretField]: describe(one) } : one),
    escapeField,
  );
}

/** A value that was written down, with each secret made again from what stands for it. */
export function readSecrets(value: Json, make: (written: string | null) => Value): Value {
  if (isWrittenSecret(value)) return make(value[secretField]);
  return mapItems(value, (item) => readSecrets(item as Json, make), unescapeField);
}

/** Whether a value stands for a secret. */
export function isWrittenSecret(value: Value | undefined): value is { [secretField]: string | null } {
  if (!isRecord(value) || Object.keys(value).length !== 1) return false;
  const written = getOwnField(value, secretField);
  return typeof written === "string" || written === null;
}

/** The name of a field as it is written down: one that is called like ours gets a sign more. */
export function escapeField(name: string): string {
  return lookalike.test(name) ? `$${name}` : name;
}

/** The name of a field that was written down. */
function unescapeField(name: string): string {
  return escaped.test(name) ? name.slice(1) : name;
}
