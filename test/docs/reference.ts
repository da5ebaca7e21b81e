import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { codeGroups } from "../../src/codes.ts";
import { commands, type Command } from "../../src/commands/index.ts";
import { options, type Option, type OptionName } from "../../src/settings/options.ts";
import { exitCodes } from "../../src/exit-codes.ts";
import { inputs, type Input } from "../../src/github/inputs.ts";
import { outputs } from "../../src/github/outputs.ts";
import { escalationWords } from "../../src/model/escalation-word.ts";
import { allKinds } from "../../src/kinds/index.ts";
import type { Kind } from "../../src/kinds/kind.ts";
import type { Generators } from "./page.ts";

const root = join(import.meta.dirname, "..", "..");

const optionNames = Object.keys(options) as OptionName[];

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |\n`);
  return lines.join("");
}

const code = (text: string | undefined): string =>
  text === undefined ? "" : `\`${text.replaceAll("|", "\\|")}\``;

const link = (heading: string): string => `[\`osac ${heading}\`](#osac-${heading.replaceAll(" ", "-")})`;

// The command line

const isCommon = (name: OptionName): boolean => commands.every((command) => command.options.includes(name));
const isConnection = (name: OptionName): boolean =>
  ["password", "token", "debug"].includes(name) || (options[name].key ?? "").startsWith("cluster.");

function formatUsage({ name, words = [] }: Command): string {
  const shown = words.map(({ choices, name: word, isRequired, isRepeatable }) => {
    const text = (choices?.join("|") ?? word) + (isRepeatable ? "…" : "");
    return isRequired ? text : `[${text}]`;
  });
  return ["osac", name, ...shown].join(" ");
}

function formatFlag(name: OptionName): string {
  const { flag, letter, type } = options[name] as Option<unknown>;
  if (flag === undefined) return "";
  const argument = type.placeholder === undefined ? "" : ` ${type.placeholder}`;
  return code(`${letter ? `-${letter}, ` : ""}--${flag}${argument}`);
}

function formatCommand(command: Command): string {
  const { name, words = [], describe, outputs: formats, options: own } = command;
  const flags = own.filter((option) => options[option].flag !== undefined);
  const special = flags.filter((option) => !isCommon(option) && !isConnection(option));
  const groups = ["those of every command", ...(own.some(isConnection) ? ["those of the connection"] : [])];
  const rows = special.map((option) => [formatFlag(option), options[option].describe]);
  return [
    `## osac ${name}\n`,
    `${sentence(describe)}\n`,
    `\`\`\`text\n${formatUsage(command)}\n\`\`\`\n`,
    ...words.map((word) => `\`${word.name}\`: ${word.describe}.\n`),
    `Output formats: ${formats.map(code).join(", ")}. Flags: ${groups.join(", ")}${rows.length > 0 ? ", and:" : "."}\n`,
    ...(rows.length > 0 ? [table(["flag", "meaning"], rows)] : []),
  ].join("\n");
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

/** The README has one row for all questions about access; the page of the commands has each. */
const commandList = (): string => {
  const questions = commands.filter(({ name }) => name.startsWith("access "));
  const words = questions.map(({ name }) => name.slice("access ".length));
  return table(
    ["command", "what it does"],
    [
      ...commands
        .filter((command) => !questions.includes(command))
        .map((command) => [code(formatUsage(command)), command.describe]),
      [
        code(`osac access ${words.join("|")}`),
        "answer [who may do what](docs/access.md), by the files, the cluster or a saved plan",
      ],
    ],
  );
};

// Settings

function settingRow(name: OptionName): string[] {
  const { env, key, default: value, describe } = options[name] as Option<unknown>;
  const usual = ["string", "number"].includes(typeof value) ? code(String(value)) : "";
  return [formatFlag(name), code(env), code(key), usual, describe];
}

const settings = (isWanted: (name: OptionName) => boolean): string =>
  table(
    ["flag", "variable", "`osac.yml`", "default", "meaning"],
    optionNames.filter(isWanted).map(settingRow),
  );

// The files

interface Schema {
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly oneOf?: readonly Schema[];
  readonly "x-since"?: string;
  readonly "x-until"?: string;
  readonly "x-set"?: boolean;
  readonly "x-secret"?: boolean;
}

function readSchema(name: string): Schema {
  return JSON.parse(readFileSync(join(root, "schemas", name), "utf8")) as Schema;
}

function resolveSchema(schema: Schema, top: Schema): Schema {
  const name = /^#\/\$defs\/(.*)$/.exec(schema.$ref ?? "")?.[1];
  return name === undefined ? schema : { ...top.$defs![name]!, ...schema };
}

/** One row for each field at any depth; a list's items and a map's values stand below `[]` and `.*`. */
function fieldRows(given: Schema, top: Schema, path: string): string[][] {
  const schema = resolveSchema(given, top);
  const named = Object.entries(schema.properties ?? {});
  const free = typeof schema.additionalProperties === "object" ? schema.additionalProperties : undefined;
  const children: [string, Schema][] = named.map(([name, child]) => [path ? `${path}.${name}` : name, child]);
  if (free !== undefined) children.push([`${path}.*`, free]);
  const own = children.flatMap(([at, child]) => [fieldRow(at, child, top), ...fieldRows(child, top, at)]);
  return schema.items === undefined ? own : [...own, ...fieldRows(schema.items, top, `${path}[]`)];
}

function fieldRow(path: string, given: Schema, top: Schema): string[] {
  const schema = resolveSchema(given, top);
  return [code(path), formatType(schema, top), formatDefault(schema), formatMeaning(schema)];
}

function formatType(schema: Schema, top: Schema): string {
  if (schema.enum !== undefined) return schema.enum.map((value) => code(String(value))).join(", ");
  if (schema.items !== undefined)
    return `list of ${formatType(resolveSchema(schema.items, top), top)}${schema["x-set"] ? ", in any order" : ""}`;
  return [schema.type ?? []].flat().join(" or ") || "any value";
}

function formatDefault({ default: value }: Schema): string {
  return value === undefined ? "" : code(JSON.stringify(value));
}

function formatMeaning(schema: Schema): string {
  const notes = [
    schema["x-secret"] ? "Secret." : "",
    schema["x-since"] === undefined ? "" : `Since OpenSearch ${schema["x-since"]}.`,
    schema["x-until"] === undefined ? "" : `Until OpenSearch ${schema["x-until"]}.`,
  ];
  const text = [schema.description ?? "", ...notes].filter((part) => part !== "").join(" ");
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}

function formatKind({ name, file }: Kind): string {
  const schemaName = file.replace(".yml", ".schema.json");
  const schema = readSchema(schemaName);
  const example = readFileSync(join(root, "examples/full", file), "utf8")
    .split("\n")
    .filter((line) => !line.startsWith("# yaml-language-server"))
    .join("\n");
  return [
    `# ${file}\n`,
    `Resource type \`${name}\`. ${schema.description ?? ""}\n`,
    `[JSON Schema](../../../schemas/${schemaName}) · [all files](../files.md)\n`,
    `## Fields\n`,
    table(["field", "type", "default", "meaning"], fieldRows(schema.$defs!.entity!, schema, "")),
    `## Example\n`,
    `\`\`\`yaml\n${example}\`\`\`\n`,
  ].join("\n");
}

const fileList = (): string =>
  table(
    ["file", "resource type", "what it holds"],
    allKinds.map(({ name, file }) => [
      `[\`${file}\`](files/${name}.md)`,
      code(name),
      readSchema(file.replace(".yml", ".schema.json")).description ?? "",
    ]),
  );

/** A page of its own for each resource type, by its path. */
export const kindPages: Readonly<Record<string, string>> = Object.fromEntries(
  allKinds.map((kind) => [`docs/reference/files/${kind.name}.md`, formatKind(kind)]),
);

// Documents

function documentFields(name: string): string {
  const schema = readSchema(name);
  return table(["field", "type", "default", "meaning"], fieldRows(schema, schema, ""));
}

const schemaList = (): string =>
  table(
    ["schema", "what it describes"],
    readdirSync(join(root, "schemas"))
      .toSorted()
      .map((name) => [`[\`${name}\`](../../schemas/${name})`, readSchema(name).description ?? ""]),
  );

const findingCodes = (): string =>
  Object.entries(codeGroups)
    .map(
      ([title, rows]) =>
        `## ${title}\n\n${table(
          ["code", "severity", "meaning", "what to do"],
          Object.entries(rows).map(([name, row]) => [code(name), ...row]),
        )}`,
    )
    .join("\n");

// The Action

const inputTable = (): string =>
  table(
    ["input", "default", "meaning"],
    Object.entries(inputs as Record<string, Input>).map(([name, { default: value, describe }]) => [
      code(name),
      code(value),
      describe,
    ]),
  );

const outputTable = (): string =>
  table(
    ["output", "meaning"],
    Object.entries(outputs).map(([name, meaning]) => [code(name), meaning]),
  );

export const generators: Generators = {
  "command-list": commandList,
  "command-links": () =>
    table(
      ["command", "what it does"],
      commands.map(({ name, describe }) => [link(name), describe]),
    ),
  commands: () => commands.map(formatCommand).join("\n"),
  "settings-common": () => settings(isCommon),
  "settings-connection": () => settings((name) => !isCommon(name) && isConnection(name)),
  "settings-other": () => settings((name) => !isCommon(name) && !isConnection(name)),
  "exit-codes": () =>
    table(
      ["code", "meaning"],
      Object.values(exitCodes).map((exit) => [String(exit.code), exit.meaning]),
    ),
  "finding-codes": findingCodes,
  escalations: () =>
    table(
      ["word", "meaning"],
      Object.entries(escalationWords).map(([word, meaning]) => [code(word), meaning]),
    ),
  files: fileList,
  schemas: schemaList,
  "audit-log-fields": () => documentFields("audit-log.schema.json"),
  "action-inputs": inputTable,
  "action-outputs": outputTable,
};
