import { containsSecret } from "../secrets/redact.ts";
import type { KindName } from "../model/kind-name.ts";
import type { Body, Value } from "../model/value.ts";
import { Secret } from "../secrets/secret.ts";
import { mapItems, mapScalars, type Scalar } from "../value/walk.ts";

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
  const mask = (one: Scalar): Value => (typeof one === "string" && isSecret(one) ? new Secret(one) : one);
  return mapItems(body, (value, name) =>
    kind === "config" || wordFields.has(name) ? mapScalars(value, mask) : value,
  ) as Body;
}
