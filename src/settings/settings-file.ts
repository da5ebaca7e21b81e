import { lstat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { OsacError, failure, makeFinding, isError } from "../errors.ts";
import type { Finding, Place } from "../model/finding.ts";
import type { Json, JsonObject } from "../model/value.ts";
import { isSettingsFile } from "../files/file-names.ts";
import { isRecord } from "../value/record.ts";
import { escapePointer, valueAt, valueAtPath } from "../value/path.ts";
import { locateIn } from "../files/yaml/locate.ts";
import { findNearest } from "../value/nearest.ts";
import { findSchemaErrors, type SchemaError } from "../schema/validation/schema-errors.ts";
import { options, type Option } from "./options.ts";
import { findLoginInUrl, quoteValue } from "./value-types.ts";
import { readOwnText, readText } from "../files/read-file.ts";
import { parseYaml } from "../files/yaml/parse-yaml.ts";

/** A setting of osac.yml as texts: one for a scalar, one an item for a list, `KEY=VALUE` for a map. */
export interface FileSetting {
  readonly texts: readonly string[];
  readonly value: Json;
  readonly at: Place;
  /** Returns the place of a JSON pointer below the setting. */
  readonly locate: (pointer: string) => Place;
  /** Returns true for a field that a target takes over from the settings of all targets. */
  readonly isShared?: ((field: string) => boolean) | undefined;
}

/** One cluster of several, with the settings that only it has. */
export interface Target {
  readonly name: string;
  readonly at: Place;
  readonly group?: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly settings: ReadonlyMap<string, FileSetting>;
}

/** The content of a settings file. */
export interface SettingsFile {
  /** The settings by their dotted keys. */
  readonly settings: ReadonlyMap<string, FileSetting>;
  readonly targets: ReadonlyMap<string, Target>;
  /** The groups of targets in the order in which `apply` writes them. */
  readonly order: readonly string[];
}

/** Returns the place of a JSON pointer in the file. */
type Locate = (pointer: string) => Place;

const keys = Object.values(options).flatMap((option: Option<unknown>) => option.key ?? []);
/** The keys of settings with one text. Their types report wrong values, as for flags. */
const scalarKeys = Object.values(options).flatMap((option: Option<unknown>) =>
  option.key && !option.type.readFile ? [option.key] : [],
);
const sections = [
  ...new Set(["targets", "order", "group", "labels", ...keys.map((key) => key.replace(/\..*/, ""))]),
];

/**
 * Reads the settings and targets of an osac.yml; undefined if there is no such file. Throws an
 * `OsacError` with all errors of the file.
 *
 * @param path the path of the file
 * @param name the name of the file in messages
 * @param isNamed true if the caller named the file, which may then be anywhere; else it must be in its
 * directory
 */
export async function readSettingsFile(
  path: string,
  name: string,
  isNamed: boolean,
): Promise<SettingsFile | undefined> {
  if (!(await isThere(path))) return undefined;
  const read = isNamed ? readText : readOwnText;
  const content = await read(dirname(path), basename(path));
  if ("finding" in content)
    throw new OsacError("input", [{ ...content.finding, at: { file: name, line: 1, column: 1 } }]);
  return parseSettings(content.text, name, async (file) => readBeside(dirname(path), file));
}

/** Reads a file beside the settings file; undefined if there is none. */
async function readBeside(directory: string, file: string): Promise<string | undefined> {
  if (!(await isThere(join(directory, file)))) return undefined;
  const content = await readOwnText(directory, file);
  if ("finding" in content) throw new OsacError("input", [content.finding]);
  return content.text;
}

/**
 * Parses the text of a settings file. Throws as `readSettingsFile` does.
 *
 * @param readOther reads the file of targets beside it; undefined if there is none
 */
export async function parseSettings(
  text: string,
  name: string,
  readOther: (file: string) => Promise<string | undefined>,
): Promise<SettingsFile> {
  const { value, locate } = await addTargets(parseContent(text, name), name, readOther);
  const problems = await schemaFindings(value, name, locate);
  if (problems.length > 0) throw new OsacError("input", problems);

  const order = (valueAtPath(value, ["order"]) ?? []) as string[];
  const file = { settings: readKeys(value, locate), targets: readTargets(value, locate), order };
  const targets = [...file.targets.values()];
  const wrong = [
    ...clashFindings(targets),
    ...orderFindings(targets, order, locate),
    ...loginFindings(file.settings),
    ...targets.flatMap((target) => loginFindings(target.settings)),
  ];
  if (wrong.length > 0) throw new OsacError("input", wrong);
  return file;
}

const duplicateHint = "remove one of the two, or rename it if it is another target";

interface Content {
  readonly value: Json;
  readonly locate: Locate;
}

function parseContent(text: string, name: string): Content {
  // A text that is no map is another file, and may be a secret.
  const { value = null, findings } = parseYaml(name, text, (path) => path.length === 0);
  const errors = findings
    .filter(isError)
    .map((error) => (error.code === "yaml-duplicate-key" ? { ...error, hint: duplicateHint } : error));
  if (errors.length > 0) throw new OsacError("input", errors);
  const find = locateIn(name, text);
  return { value, locate: (pointer) => find(pointer) ?? { file: name, line: 1, column: 1 } };
}

/** Puts the targets of the file that `targets` names in the place of its name. */
async function addTargets(
  own: Content,
  name: string,
  readOther: (file: string) => Promise<string | undefined>,
): Promise<Content> {
  const named = valueAtPath(own.value, ["targets"]);
  if (typeof named !== "string") return own;
  const at = own.locate("/targets");
  if (!isSettingsFile(named) || named === "osac.yml")
    throw failure(
      "input",
      "bad-value",
      `targets: expected a map, or a file beside osac.yml, found ${JSON.stringify(named)}`,
      {
        hint: "name the file osac.targets.yml",
        at,
      },
    );
  const text = await readOther(named);
  if (text === undefined)
    throw failure("input", "no-settings-file", `targets: there is no file ${named} beside osac.yml`, { at });
  const other = parseContent(text, join(dirname(name), named));
  if (!isRecord(other.value))
    throw failure("input", "bad-value", `${named}: expected a map of targets by their names`, {
      at: other.locate(""),
    });
  return {
    value: { ...(own.value as JsonObject), targets: other.value },
    locate: (pointer) =>
      pointer === "/targets" || pointer.startsWith("/targets/")
        ? other.locate(pointer.slice("/targets".length))
        : own.locate(pointer),
  };
}

/** Finds a login in an address before anything can print that address. */
function loginFindings(settings: ReadonlyMap<string, FileSetting>): Finding[] {
  const name = options.url.key!;
  const url = settings.get(name);
  return url ? findLoginInUrl(url.texts[0]!, { name, at: url.at }) : [];
}

/** A group that the order does not list would have no gate, and a group without targets none to wait for. */
function orderFindings(targets: readonly Target[], order: readonly string[], locate: Locate): Finding[] {
  if (order.length === 0) return [];
  const groups = new Set(targets.map(({ group }) => group));
  const missing = targets.filter(({ group }) => group === undefined || !order.includes(group));
  return [
    ...missing.map(({ name, group, at }) => {
      const what = group === undefined ? "has no group" : `has the group ${JSON.stringify(group)}`;
      return makeFinding("bad-order", {
        message: `the target ${name} ${what}, and order lists ${order.join(", ")}`,
        hint: "set its group to one of the list, or add the group to order",
        at,
      });
    }),
    ...order.flatMap((group, index) =>
      groups.has(group)
        ? []
        : [
            makeFinding("bad-order", {
              message: `order: no target has the group ${JSON.stringify(group)}`,
              hint: "remove it from order, or correct the name",
              at: locate(`/order/${index}`),
            }),
          ],
    ),
  ];
}

function readKeys(value: Json, locate: Locate): Map<string, FileSetting> {
  const settings = new Map<string, FileSetting>();
  for (const key of keys) {
    const path = key.split(".");
    const setting = valueAtPath(value, path);
    if (setting === undefined) continue;
    const below: Locate = (pointer) => locate(`/${path.join("/")}${pointer}`);
    settings.set(key, { texts: toTexts(setting), value: setting, at: below(""), locate: below });
  }
  return settings;
}

function readTargets(value: Json, locate: Locate): Map<string, Target> {
  const all = valueAtPath(value, ["targets"]) ?? {};
  return new Map(
    Object.entries(all as { [name: string]: TargetFields }).map(([name, fields]) => {
      const below: Locate = (pointer) => locate(`/targets/${escapePointer(name)}${pointer}`);
      const { group, labels = {} } = fields;
      const settings = readKeys(fields as unknown as Json, below);
      return [name, { name, at: below(""), group, labels, settings }];
    }),
  );
}

interface TargetFields {
  readonly group?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Two names with the same variables would share a login. */
function clashFindings(targets: readonly Target[]): Finding[] {
  return targets.flatMap((target, index) => {
    const prefix = makeTargetPrefix(target.name);
    const first = targets.slice(0, index).find(({ name }) => makeTargetPrefix(name) === prefix);
    return first === undefined
      ? []
      : [
          makeFinding("bad-target", {
            message: `the targets ${first.name} and ${target.name} would read the same variables, ${prefix}…`,
            hint: "rename one of the two",
            at: target.at,
          }),
        ];
  });
}

/** Returns the beginning of the names of a target's own variables. */
export function makeTargetPrefix(name: string): string {
  return `OSAC_TARGET_${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_")}_`;
}

/** Returns true if the name exists. A broken link exists as well, and causes an error later. */
export async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/** Loads the schema only now, because most runs have no osac.yml. */
async function schemaFindings(value: Json, name: string, locate: Locate): Promise<Finding[]> {
  // A file with only comments is valid.
  if (value === null) return [];
  const { default: schema } = await import("../../schemas/osac.schema.json", { with: { type: "json" } });
  // With `propertyNames` one error is reported twice; the inner error is more precise.
  const faults = (await findSchemaErrors(schema, value)).filter(
    (fault) => fault.keyword !== "propertyNames" && !isReadLater(fault),
  );
  return faults.map((fault) => schemaFinding(fault, value, name, locate));
}

function isReadLater({ keyword, instancePath }: SchemaError): boolean {
  const key = findKey(instancePath);
  return ["pattern", "minimum", "maximum"].includes(keyword) && scalarKeys.includes(key);
}

/** The dotted key of a JSON pointer; the same for a target as for all. */
function findKey(pointer: string): string {
  return pointer
    .replace(/^\/targets\/[^/]+\//, "/")
    .slice(1)
    .replaceAll("/", ".");
}

function schemaFinding(error: SchemaError, value: Json, name: string, locate: Locate): Finding {
  const { additionalProperty, allowedValues } = error.params as {
    additionalProperty?: string;
    allowedValues?: string[];
  };
  const stranger = additionalProperty ?? error.propertyName;
  const pointer = error.instancePath + (stranger === undefined ? "" : `/${escapePointer(stranger)}`);
  const key = pointer.slice(1).replaceAll("/", ".");
  const at = locate(pointer);
  if (stranger !== undefined && error.instancePath === "/targets") return badNameFinding(stranger, at);
  if (stranger !== undefined) {
    const own = findKey(pointer);
    const parent = own.slice(0, own.length - stranger.length);
    const close = findNearest(own, allowedValues?.map((value) => parent + value) ?? [...keys, ...sections]);
    const hint = close && `did you mean ${close}?`;
    return makeFinding("unknown-setting", { message: `unknown setting ${key}`, at, hint });
  }
  const found = valueAt(value, error.instancePath);
  return makeFinding("bad-value", {
    severity: "error",
    message: `${key || name}: ${describeFault(error, found, key === "")}`,
    at,
  });
}

function badNameFinding(name: string, at: Place): Finding {
  return makeFinding("bad-target", {
    message: `the name of a target has letters, digits and single . _ - between them, and is not ${JSON.stringify(name)}`,
    hint: "write a name such as eu-1; it is a part of file names and variables",
    at,
  });
}

/** The names of JSON Schema types in YAML. */
const nouns: Readonly<Record<string, string>> = {
  object: "a map",
  array: "a list",
  string: "a text",
  number: "a number",
  integer: "a whole number",
  boolean: "true or false",
};

function describeFault(
  { keyword, params, message }: SchemaError,
  found: Json | undefined,
  isWhole: boolean,
): string {
  const { type, missingProperty, allowedValues, pattern } = params as {
    type?: string | string[];
    missingProperty?: string;
    allowedValues?: string[];
    pattern?: string;
  };
  if (missingProperty !== undefined) return `${missingProperty} is missing`;
  const choices = allowedValues ?? /^\^\(([\w|]+)\)\$$/.exec(pattern ?? "")?.[1]?.split("|");
  const types = [type ?? []].flat().map((one) => nouns[one] ?? one);
  const expected = choices ? `one of ${choices.join(", ")}` : types.join(" or ");
  return expected === ""
    ? (message ?? keyword)
    : `expected ${expected}, found ${describeValue(found, isWhole)}`;
}

/** Describes a value. If the whole file is no map, its value is not quoted: it may be a secret. */
function describeValue(value: Json | undefined, isWhole: boolean): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "a map";
  return isWhole ? nouns[typeof value]! : quoteValue(value);
}

/** Turns a value into texts. Deeper values than a list or a map of scalars are read by `readFile`. */
function toTexts(value: Json): string[] {
  if (Array.isArray(value)) return value.map(scalarText);
  if (value === null || typeof value !== "object") return [scalarText(value)];
  return Object.entries(value).map(([key, one]) => `${key}=${scalarText(one)}`);
}

function scalarText(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
