import { createHash } from "node:crypto";
import { compareByCodeUnit } from "../../value/record.ts";
import type { RecordedChange, SavedPlan } from "../../model/saved-plan.ts";
import type { Json } from "../../model/value.ts";

/** JSON, also if its type is an interface. */
type Plain = Json | object;

/** The fingerprint of an entity that does not exist. */
const absent = "absent";

/** Part of the hashed text, so that another form of plan gets another id. */
const idForm = "osac plan 2";

/**
 * The canonical JSON of a value: names sorted by code unit, no white space, no undefined fields. ECMAScript
 * writes texts and numbers as RFC 8785 requires, so no package is needed.
 */
export function canonicalJson(value: Plain): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const fields = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .toSorted(([a], [b]) => compareByCodeUnit(a, b));
  return `{${fields.map(([name, item]) => `${JSON.stringify(name)}:${canonicalJson(item as Plain)}`).join(",")}}`;
}

/** SHA-256 of a value in its canonical form, in hexadecimal. */
export function digest(value: Plain): string {
  return createHash("sha256").update(canonicalJson(value)).digest("hex");
}

/** The fingerprint of an entity; `null` means that it does not exist. */
export function fingerprint(entity: Json): string {
  return entity === null ? absent : digest(entity);
}

/**
 * Computes the plan id. It depends on the changes, the state that they start from, the cluster and the settings,
 * but not on the machine, the time or the order of the changes.
 *
 * @param settings the protective settings of the settings file
 */
export function computePlanId(
  clusterUuid: string,
  changes: readonly RecordedChange[],
  settings: SavedPlan["settings"] = {},
): string {
  const said = Object.keys(settings).length === 0 ? [] : [settings];
  return digest([idForm, clusterUuid, changes.map(canonicalJson).toSorted(compareByCodeUnit), ...said]);
}
