import type { Json, Value } from "../model/value.ts";
import { Secret } from "../secrets/secret.ts";
import { isRecord } from "../value/record.ts";
import { getOwnField } from "../value/path.ts";
import { mapItems, mapScalars } from "../value/walk.ts";

/** A recorded secret is an object with only this field, so that no text looks like one. */
export const secretField = "$secret";

const lookalike = /^\$+secret$/;
const escaped = /^\${2,}secret$/;

/** Converts a value to JSON. `describe` returns the text that replaces a secret. */
export function writeSecrets(value: Value, describe: (secret: Secret) => string | null): Json {
  return mapScalars(
    value,
    (one): Json => (one instanceof Secret ? { [secretField]: describe(one) } : one),
    escapeField,
  );
}

/** Reads a recorded value. `make` creates each secret from its recorded text. */
export function readSecrets(value: Json, make: (written: string | null) => Value): Value {
  if (isWrittenSecret(value)) return make(value[secretField]);
  return mapItems(value, (item) => readSecrets(item as Json, make), unescapeField);
}

/** True if a recorded value replaces a secret. */
export function isWrittenSecret(value: Value | undefined): value is { [secretField]: string | null } {
  if (!isRecord(value) || Object.keys(value).length !== 1) return false;
  const written = getOwnField(value, secretField);
  return typeof written === "string" || written === null;
}

/** The recorded name of a field. A name like `$secret` gets one more `$`. */
export function escapeField(name: string): string {
  return lookalike.test(name) ? `$${name}` : name;
}

/** The original name of a recorded field. */
function unescapeField(name: string): string {
  return escaped.test(name) ? name.slice(1) : name;
}
