import { givesAway } from "../hidden.ts";
import type { Body, KindName, Value } from "../model.ts";
import { Secret } from "../secret.ts";
import { isFields } from "./canonical.ts";

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
  isSecret: (text: string) => boolean = givesAway,
): Body {
  const mask = (value: Value): Value => {
    if (typeof value === "string") return isSecret(value) ? new Secret(value) : value;
    if (Array.isArray(value)) return value.map(mask);
    if (!isFields(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, mask(item)]));
  };
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [
      name,
      kind === "config" || wordFields.has(name) ? mask(value) : value,
    ]),
  );
}
