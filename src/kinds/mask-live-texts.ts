import { containsSecret } from "../secrets/redact.ts";
import type { KindName } from "../model/kind-name.ts";
import type { Body, Value } from "../model/value.ts";
import { Secret } from "../secrets/secret.ts";
import { mapItems, mapScalars, type Scalar } from "../value/walk.ts";

/** Fields with words. All other fields name permissions and their holders, and reports always show them. */
const wordFields: ReadonlySet<string> = new Set(["description", "attributes"]);

/**
 * Masks each text of a live body that reveals a secret of the environment or of the cluster: in a
 * description, an attribute, a setting of authentication. It ignores the declared texts, because they are in
 * git already: masking one would show its author that a guess was right.
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
