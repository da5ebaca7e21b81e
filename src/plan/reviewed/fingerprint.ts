import { createHash } from "node:crypto";
import { compareByCodeUnit } from "../../value/record.ts";
import type { RecordedChange, SavedPlan } from "../../model/saved-plan.ts";
import type { Json } from "../../model/value.ts";

/** JSON, also as an interface describes it. */
type Plain = Json | object;

/** The fingerprint of an entity that is not there. */
const absent = "absent";

/** Stands in what is hashed, so that an id of another form of plan is another id. */
const idForm = "osac plan 2";

/**
 * JSON in the one form that equal values share: names sorted by code unit, no white space. Texts and numbers as
 * ECMAScript writes them are what RFC 8785 asks for, so these few lines do the work of a package.
 */
export function canonicalJson(value: Plain): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const fields = Object.entries(value).toSorted(([a], [b]) => compareByCodeUnit(a, b));
  return `{${fields.map(([name, item]) => `${JSON.stringify(name)}:${canonicalJson(item as Plain)}`).join(",")}}`;
}

/** SHA-256 of a value in its canonical form, in hexadecimal. */
export function digest(value: Plain): string {
  return createHash("sha256").update(canonicalJson(value)).digest("hex");
}

/** Tells whether an entity is the one that was seen; `null` stands for none. */
export function fingerprint(entity: Json): string {
  return entity === null ? absent : digest(entity);
}

/**
 * The id of a plan: the same for the same changes to the same state of the same cluster, on any machine and at any
 * time. The order of the changes means nothing.
 *
 * @param settings what the settings file says about what a run may do
 */
export function computePlanId(
  clusterUuid: string,
  changes: readonly RecordedChange[],
  settings: SavedPlan["settings"] = {},
): string {
  const said = Object.keys(settings).length === 0 ? [] : [settings];
  return digest([idForm, clusterUuid, changes.map(canonicalJson).toSorted(compareByCodeUnit), ...said]);
}
