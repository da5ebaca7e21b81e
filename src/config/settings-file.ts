import { readFile } from "node:fs/promises";
import type { ErrorObject } from "ajv";
import { OsacError, failure } from "../errors.ts";
import type { Finding, Json, Place } from "../model.ts";
import { nearest } from "./nearest.ts";
import { options, type Option } from "./options.ts";
import { parseYaml, type ParsedYaml } from "./yaml.ts";

/** What one setting of osac.yml says, as texts: one for a scalar, one an item for a list, `KEY=VALUE` for a map. */
export interface FileSetting {
  readonly texts: readonly string[];
  readonly at: Place;
}

const keys = Object.values(options).flatMap((option: Option<unknown>) => option.key ?? []);

/**
 * The settings of an osac.yml by their dotted keys, or undefined where there is no such file.
 *
 * @param path where it is
 * @param name how messages call it
 */
export async function readSettingsFile(
  path: string,
  name: string,
): Promise<ReadonlyMap<string, FileSetting> | undefined> {
  const text = await readIfThere(path, name);
  if (text === undefined) return undefined;
  const yaml = parseYaml(name, text);
  const findings = [...yaml.findings.filter((one) => one.severity === "error"), ...(await schemaFindings(yaml, name))];
  if (findings.length > 0) throw new OsacError("input", findings);

  const settings = new Map<string, FileSetting>();
  for (const key of keys) {
    const value = valueAt(yaml.value ?? null, key.split("."));
    if (value !== undefined) settings.set(key, { texts: textsOf(value), at: placeOf(yaml, key, name) });
  }
  return settings;
}

async function readIfThere(path: string, name: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw failure("input", "unreadable-settings", `${name} cannot be read (${code})`, { cause: error });
  }
}

/** The schema is loaded late: most runs have no osac.yml, and compiling takes a tenth of a second. */
async function schemaFindings(yaml: ParsedYaml, name: string): Promise<Finding[]> {
  // A file of nothing but comments says nothing, and may.
  if (yaml.value === undefined || yaml.value === null) return [];
  const [{ Ajv2020 }, { default: schema }] = await Promise.all([
    import("ajv/dist/2020.js"),
    import("../../schemas/osac.schema.json", { with: { type: "json" } }),
  ]);
  const validate = new Ajv2020({ allErrors: true, strict: true }).compile(schema);
  validate(yaml.value);
  // With `propertyNames` one fault gives two errors; the inner one says more.
  const errors = (validate.errors ?? []).filter(({ keyword }) => keyword !== "propertyNames");
  return errors.map((error) => schemaFinding(error, yaml, name));
}

function schemaFinding(error: ErrorObject, yaml: ParsedYaml, name: string): Finding {
  const { additionalProperty, allowedValues } = error.params as { additionalProperty?: string; allowedValues?: string[] };
  const stranger = additionalProperty ?? error.propertyName;
  const path = [...error.instancePath.split("/").slice(1), ...(stranger === undefined ? [] : [stranger])].join(".");
  const at = placeOf(yaml, path, name);
  if (stranger !== undefined) {
    const parent = path.slice(0, path.length - stranger.length);
    const close = nearest(path, allowedValues?.map((value) => parent + value) ?? [...keys, ...keys.map(sectionOf)]);
    const hint = close ? `did you mean ${close}?` : "docs/settings.md lists what there is";
    return { code: "unknown-setting", severity: "error", message: `unknown setting ${path}`, hint, at };
  }
  const allowed = allowedValues ? `: ${allowedValues.join(", ")}` : "";
  const message = `${path || name}: ${error.message ?? error.keyword}${allowed}`;
  return { code: "bad-value", severity: "error", message, at };
}

function sectionOf(key: string): string {
  return key.split(".")[0] ?? key;
}

function placeOf(yaml: ParsedYaml, key: string, name: string): Place {
  return yaml.keys.get(sectionOf(key)) ?? { file: name, line: 1, column: 1 };
}

function valueAt(value: Json, path: readonly string[]): Json | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (value === null || typeof value !== "object" || Array.isArray(value) || !Object.hasOwn(value, key)) return undefined;
  const inner = value[key];
  return inner === undefined ? undefined : valueAt(inner, rest);
}

function textsOf(value: Json): string[] {
  if (Array.isArray(value)) return value.map(String);
  if (value !== null && typeof value === "object") return Object.entries(value).map(([key, mode]) => `${key}=${mode}`);
  return [String(value)];
}
