import { makeFinding } from "../errors.ts";
import type { FixedCode } from "../codes.ts";
import { isRecord } from "../value/record.ts";
import type { Kind } from "../kinds/kind.ts";
import type { Declared, Dropped } from "../model/entity.ts";
import type { Finding, Place } from "../model/finding.ts";
import type { Body, Json, JsonObject } from "../model/value.ts";
import { findNearest } from "../value/nearest.ts";
import { escapePointer, parsePointer } from "../value/path.ts";
import { createSecretWrapper, hasSecrets, isSecretPath, placeAt } from "../schema/secret-paths.ts";
import { locateIn } from "./yaml/locate.ts";
import { findOldFormat } from "./old-formats.ts";
import {
  hasBrokenPlaceholder,
  hasPlaceholder,
  findPlaceholders,
  resolveName,
  resolvePlaceholders,
  type Lookup,
  type Sources,
} from "./placeholders/placeholders.ts";
import { fillName, fillVariables, type ReportVariable } from "./placeholders/fill-variables.ts";
import { unrenderedTemplateFinding } from "./yaml/template.ts";
import { parseYaml } from "./yaml/parse-yaml.ts";

/** The declarations of one file. */
export interface FileContent {
  /** Undefined if the file cannot be parsed. */
  readonly declared?: readonly Declared[];
  /** The entities without a body, which a layer drops. */
  readonly dropped?: readonly Dropped[];
  readonly findings: Finding[];
}

/** SnakeYAML has this limit. osac itself sends entities, not files. */
const pluginMaxCharacters = 3 * 2 ** 20;

interface Source {
  readonly kind: Kind;
  readonly file: string;
  readonly sources: Sources;
  readonly findings: Finding[];
  /** True if some text of the file can be a placeholder, as written or through its escapes. */
  readonly mayHoldPlaceholder: boolean;
  /** True if some field of the kind is secret. */
  readonly mayHoldSecret: boolean;
  readonly wrapSecrets: (body: Body) => Body;
  /** Computes the place of a JSON pointer on demand. */
  readonly locate: (pointer: string) => Place;
}

/** Parses the text of one file of a kind: checks the header `_meta`, and makes every other key an entity. */
export function parseEntities(kind: Kind, file: string, text: string, sources: Sources): FileContent {
  const { value, keys, findings: found } = parseYaml(file, text, (path) => isSecretPath(kind, path));
  const template = unrenderedTemplateFinding(text, found);
  const findings: Finding[] = (template ? [template] : found).map((finding) => ({
    ...finding,
    kind: kind.name,
  }));
  const mayHoldPlaceholder = /\$\{|\\/.test(text);
  const source: Source = {
    kind,
    file,
    sources,
    findings,
    mayHoldPlaceholder,
    mayHoldSecret: hasSecrets(kind),
    wrapSecrets: createSecretWrapper(kind),
    locate: locateLazily(file, text),
  };
  if (text.length > pluginMaxCharacters) findings.push(tooLongForPluginFinding(source));
  if (value === undefined || template) return { findings };
  if (!isRecord(value)) {
    reject(source, value === null ? "empty-file" : "not-a-mapping", "", ...explainContent(kind, value));
    return { findings };
  }
  const fields: JsonObject = value;
  if (!checkHeader(source, fields)) return { findings };
  const names = Object.keys(fields).filter((name) => name !== "_meta");
  if (kind.requiresEntity && names.length === 0)
    reject(source, "missing-entry", "", 'the entry "config" is missing');
  const entities = names.map((name) => fillEntity(source, name, fields[name]!, keys.get(name)!));
  return {
    declared: entities.flatMap((one) => readEntity(source, one)),
    dropped: entities.flatMap(({ name, value, at }) =>
      value === null && !kind.isSingle ? [{ kind: kind.name, name, at }] : [],
    ),
    findings,
  };
}

function tooLongForPluginFinding({ kind, file }: Source): Finding {
  const message = "has more than 3 MB, which securityadmin.sh refuses to upload";
  const hint = kind.isSingle ? undefined : `split it: ${kind.file.replace(/\.yml$/, "/*.yml")} are read, too`;
  return makeFinding("long-file", { message, at: { file, line: 1, column: 1 }, kind: kind.name, hint });
}

/** Returns the kind that the header of a file names, whatever the name of the file is. */
export function claimedType(text: string): string | undefined {
  if (!text.includes("_meta")) return undefined;
  const { value } = parseYaml("", text);
  const meta = isRecord(value) ? value["_meta"] : undefined;
  const type = isRecord(meta) ? meta["type"] : undefined;
  return typeof type === "string" ? type : undefined;
}

/** Returns false if the file has another format, so that its entities make no sense. */
function checkHeader(source: Source, fields: JsonObject): boolean {
  const old = findOldFormat(source.kind, fields);
  if (old) {
    reject(source, "old-format", old.pointer, old.message, old.hint);
    return false;
  }
  const meta = fields["_meta"];
  const expected = `_meta: {type: "${source.kind.name}", config_version: 2}`;
  if (!isRecord(meta)) {
    reject(
      source,
      "missing-meta",
      meta === undefined ? "" : "/_meta",
      "the header _meta is missing",
      `add ${expected}`,
    );
    return true;
  }
  if (meta["type"] !== source.kind.name) {
    const message = `_meta.type is ${JSON.stringify(meta["type"] ?? null)}, and must be "${source.kind.name}" in this file`;
    reject(source, "wrong-meta", "/_meta/type", message, "is this the right file?");
    return false;
  }
  if (Number(meta["config_version"]) !== 2) {
    const message = `_meta.config_version is ${JSON.stringify(meta["config_version"] ?? null)}, and must be 2`;
    reject(source, "wrong-meta", "/_meta/config_version", message, `write ${expected}`);
  }
  for (const key of Object.keys(meta).filter((name) => name !== "type" && name !== "config_version")) {
    reject(
      source,
      "wrong-meta",
      `/_meta/${escapePointer(key)}`,
      `_meta has the unknown field "${key}"`,
      `write ${expected}`,
    );
  }
  return true;
}

/** One entry of a file, with the values of its variables. */
interface Entry {
  readonly name: string;
  readonly value: Json;
  readonly at: Place;
  /** The JSON pointer of the entry as written. */
  readonly pointer: string;
}

function fillEntity(source: Source, key: string, value: Json, at: Place): Entry {
  const { variables } = source.sources;
  const pointer = `/${escapePointer(key)}`;
  if (!variables || !source.mayHoldPlaceholder) return { name: key, value, at, pointer };
  const report: ReportVariable = (below, name, problem) =>
    source.findings.push(variableFinding(source.locate(below), name, problem, [...variables.values.keys()]));
  const name = fillName(key, variables, (unset) => report(pointer, unset, "unset"));
  return { name, value: fillVariables(value, variables, report, pointer), at, pointer };
}

function variableFinding(
  at: Place,
  name: string,
  problem: Parameters<ReportVariable>[2],
  known: readonly string[],
): Finding {
  const placeholder = `\${var.${name}}`;
  if (problem === "in-field-name")
    return makeFinding("variable-in-field-name", {
      message: `${placeholder} is in the name of a field: osac fills in placeholders only in values and in names of entities`,
      hint: "write the field's name",
      at,
    });
  const close = findNearest(name, known);
  return makeFinding("unset-variable", {
    message: `${placeholder} is not set`,
    hint: close ? `did you mean \${var.${close}}?` : `set it in osac.yml: variables: {${name}: …}`,
    at,
  });
}

function readEntity(source: Source, { name: key, value, at, pointer }: Entry): Declared[] {
  const { kind, sources } = source;
  if (kind.isSingle && key !== "config") {
    reject(
      source,
      "unknown-entry",
      pointer,
      `${kind.file} holds one entry, "config", and not "${key}"`,
      'rename it to "config"',
    );
    return [];
  }
  if (value === null && kind.isSingle) {
    const hint = 'write "config: {}" for the defaults, or delete the file to leave it alone';
    const message = `${kind.name}/config has no fields`;
    const place = { at: source.locate(pointer), kind: kind.name };
    source.findings.push(makeFinding("empty-entity", { severity: "error", message, hint, ...place }));
    return [];
  }
  if (value === null) return [];
  if (!isRecord(value)) {
    reject(
      source,
      "not-a-mapping",
      pointer,
      `${kind.name}/${key} must be a mapping of fields, and is ${describeType(value)}`,
    );
    return [];
  }
  if (sources.isVerbatim) return [{ kind: kind.name, name: key, body: value, at }];
  if (!source.mayHoldPlaceholder) return [declareAsWritten(source, key, value, at)];
  const name = resolveName(key, sources.open) ?? key;
  reportPlaceholders({ ...source, entity: name }, key, value, pointer);
  const body = resolvePlaceholders(value, sources, (path) => placeAt(kind, path)) as Body;
  return [{ kind: kind.name, name, body: source.wrapSecrets(body), at }];
}

/** Declares an entity of a file without placeholders. */
function declareAsWritten(source: Source, name: string, body: Body, at: Place): Declared {
  const { kind, wrapSecrets, mayHoldSecret } = source;
  return { kind: kind.name, name, body: wrapSecrets(body), at, isWithoutSecrets: !mayHoldSecret };
}

/** A place in a file, within an entity. */
interface EntitySource extends Source {
  readonly entity: string;
}

/** Reports placeholders that the files may not use, that have no value, or whose value would be shown. */
function reportPlaceholders(source: EntitySource, key: string, value: Json, pointer: string): void {
  reportKey(source, key, pointer);
  if (typeof value === "string") reportText(source, value, pointer);
  if (value === null || typeof value !== "object") return;
  for (const [field, item] of Object.entries(value)) {
    reportPlaceholders(source, Array.isArray(value) ? "" : field, item, `${pointer}/${escapePointer(field)}`);
  }
}

function reportKey(source: EntitySource, key: string, pointer: string): void {
  if (!hasPlaceholder(key)) return;
  const isRefused = reportRefused(source, key, pointer, source.sources.open);
  if (resolveName(key, source.sources.open) !== undefined) return;
  report(
    source,
    pointer,
    makeFinding("placeholder-in-name", {
      message: `the name ${key} is a placeholder ${isRefused ? "that osac does not resolve" : "without a value"}`,
      hint: "write the name, or allow the placeholder from outside the files: --allow-placeholder, or OSAC_ALLOW_PLACEHOLDERS",
      refusedByServer: true,
    }),
  );
}

function reportText(source: EntitySource, text: string, pointer: string): void {
  const isSecret = isSecretPath(source.kind, parsePointer(pointer));
  reportRefused(source, text, pointer, isSecret ? source.sources.secret : source.sources.open);
  if (!hasBrokenPlaceholder(text)) return;
  report(
    source,
    pointer,
    makeFinding("broken-placeholder", {
      message: `${isSecret ? "part of it" : text} is plain text to the plugin, not a placeholder`,
      hint: "a name or default may only have letters, digits and = ( ) : - _",
    }),
  );
}

/**
 * A refused placeholder is a fault of the files in a secret field. In any other field the job may allow it.
 */
function reportRefused(source: EntitySource, text: string, pointer: string, lookup: Lookup): boolean {
  const refused = findPlaceholders(text).flatMap(({ kind, name }) => {
    const found = kind === "file" ? lookup.file(name) : lookup.variable(name);
    return "lacks" in found && found.isRefused ? [{ kind, name, found }] : [];
  });
  const severity = lookup === source.sources.secret ? "error" : "warning";
  for (const { kind, name, found } of refused) {
    const message = `the ${kind} ${name} ${found.lacks}`;
    const about = { severity, message, hint: found.hint } as const;
    report(source, pointer, makeFinding("placeholder-not-allowed", about));
  }
  return refused.length > 0;
}

function report(
  { kind, findings, locate, entity: name }: EntitySource,
  pointer: string,
  finding: Finding,
): void {
  findings.push({ ...finding, at: locate(pointer), kind: kind.name, name });
}

function explainContent(kind: Kind, value: Json): [message: string, hint: string] {
  if (value !== null)
    return [`must be a mapping of names to entities, and is ${describeType(value)}`, "is it the right file?"];
  const header = `_meta: {type: "${kind.name}", config_version: 2}`;
  return [
    "has no content",
    `to declare that there are none, write ${header}; to leave the resource type alone, delete the file`,
  ];
}

function describeType(value: Json): string {
  if (value === null) return "empty";
  if (Array.isArray(value)) return "a list";
  return typeof value === "string" ? "a text" : `a ${typeof value}`;
}

function reject(source: Source, code: FixedCode, pointer: string, message: string, hint?: string): void {
  const { file, kind } = source;
  const at = pointer === "" ? { file, line: 1, column: 1 } : source.locate(pointer);
  source.findings.push(makeFinding(code, { message, at, kind: kind.name, hint }));
}

function locateLazily(file: string, text: string): Source["locate"] {
  let find: ReturnType<typeof locateIn> | undefined;
  return (pointer) => (find ??= locateIn(file, text))(pointer) ?? { file, line: 1, column: 1 };
}
