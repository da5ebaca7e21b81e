import { containsSecret } from "../secrets/redact.ts";
import type { KindName } from "../model/kind-name.ts";
import type { Body, Value } from "../model/value.ts";
import { Secret } from "../secrets/secret.ts";
import { isRecord } from "../value/record.ts";

/** Fields that hold words. All others name who may do what, and are shown whatever they are equal to. */
const wordFields: ReadonlySet<string> = new Set(["description", "attributes"]);

/**
 * A live body with a secret in the place of each text that gives one of the job or of the cluster away: a description,
 * an attribute, a setting of authentication. What the files say is not looked at, for it stands in git already, and a
 * text that is masked there would tell its writer that the guess was right.
 */
export function maskLiveTexts(
  kind: KindName,
  body: Body,
  isSecret: (text: string) => boolean = containsSecret,
): Body {
  const mask = (value: Value): Value => {
    if (typeof value === "string") return isSecret(value) ? new Secret(value) : value;
    if (Array.isArray(value)) return value.map(mask);
    if (!isRecord(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, mask(item)]));
  };
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [
      name,
      kind === "config" || wordFields.has(name) ? mask(value) : value,
    ]),
  );
}
