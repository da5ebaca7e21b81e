import { readFileSync } from "node:fs";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import config from "../schemas/config.schema.json" with { type: "json" };
import { commands, type Command } from "../src/commands/index.ts";
import { heldBack } from "../src/config/placeholders/held-back.ts";
import { options, type Option, type OptionName } from "../src/config/settings/options.ts";
import { exitCodes } from "../src/errors.ts";
import * as library from "../src/index.ts";
import { startSimulator } from "../src/simulator/index.ts";
import { folder } from "./cli/folder.ts";
import { osac } from "./cli/osac.ts";

const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor as new (
  ...words: string[]
) => (...values: unknown[]) => Promise<void>;

const root = join(import.meta.dirname, "..");
const readme = readFileSync(join(root, "README.md"), "utf8");

const optionNames = Object.keys(options) as OptionName[];
const isCommon = (name: OptionName): boolean => commands.every((command) => command.options.includes(name));
const isConnection = (name: OptionName): boolean =>
  ["password", "token", "debug"].includes(name) || (options[name].key ?? "").startsWith("cluster.");

const code = (text: string | undefined): string =>
  text === undefined ? "" : `\`${text.replaceAll("|", "\\|")}\``;

function optionRow(name: OptionName): string {
  const { flag, letter, env, key, type, default: value, describe } = options[name] as Option<unknown>;
  const argument = type.placeholder === undefined ? "" : ` ${type.placeholder}`;
  const flags = flag === undefined ? "" : code(`${letter ? `-${letter}, ` : ""}--${flag}${argument}`);
  const usual = ["string", "number"].includes(typeof value) ? code(String(value)) : "";
  return `| ${[flags, code(env), code(key), usual, describe].join(" | ")} |`;
}

function commandRow({ name, argument, describe, outputs, options: own }: Command): string {
  const word = argument?.choices?.join("|") ?? argument?.name;
  const words = word === undefined ? "" : argument?.isRequired ? ` ${word}` : ` [${word}]`;
  const flags = own
    .filter((option) => !isCommon(option) && !isConnection(option) && options[option].flag !== undefined)
    .map((option) => code(`--${options[option].flag}`));
  const all = [...(own.some(isConnection) ? ["connection"] : []), ...flags].join(", ");
  return `| ${code(`osac ${name}${words}`)} | ${describe} | ${outputs.join(", ")} | ${all} |`;
}

/** The rows of the tables below a heading, without those of the table's head. */
function rowsBelow(heading: string): string[] {
  const [, section = ""] = readme.split(`\n${heading}\n`);
  const lines = section.split(/\n#+ /, 1)[0]!.split("\n");
  return lines.filter((line, index) => line.startsWith("| ") && !lines[index + 1]?.startsWith("|--"));
}

test("the README lists every command with its outputs and its flags", () => {
  expect(rowsBelow("## Commands")).toEqual(commands.map(commandRow));
});

test("the README lists every setting in each place it may come from", () => {
  const listed = rowsBelow("## Settings");
  expect(listed.toSorted()).toEqual(optionNames.map(optionRow).toSorted());
});

test("the README lists every exit code", () => {
  const rows = Object.values(exitCodes).map((exit) => `| ${exit.code} | ${exit.meaning} |`);
  expect(rowsBelow("## Exit codes")).toEqual(rows);
});

/** Without what differs between runs and clusters. */
const timeless = (text: string | undefined): string | undefined =>
  text?.replace(/in \d+\.\d s/, "in 0.1 s").replaceAll(/\b[0-9a-f]{32}\b/g, "0123456789ab");

test("the first screen of the README is what the command prints", async () => {
  const shown = /```console\n\$ osac plan security\n([^]*?)```/.exec(readme)?.[1];
  const simulator = await startSimulator();
  const cwd = await folder({ "ca.pem": simulator.caCert });
  const env = {
    OSAC_URL: simulator.url,
    OSAC_CA_CERT: join(cwd, "ca.pem"),
    OSAC_USERNAME: simulator.user,
    OSAC_PASSWORD: simulator.password,
    SHIPPER_PASSWORD: "Ships-2025-logs!",
  };
  const { out } = await osac(["plan", "minimal"], { env, cwd: join(root, "examples") });
  await simulator.stop();
  expect(timeless(shown)).toBe(timeless(out.replace("apply minimal", "apply security")));
});

test("the program in the README does what it says", async () => {
  const [, program = ""] = /```ts\n([^]*?)```/.exec(readme) ?? [];
  const imported = [...program.matchAll(/^import \{ (.*) \} from/gm)].flatMap(([, names]) =>
    names!.split(", "),
  );
  const lines: string[] = [];
  const cwd = await folder({});
  await cp(join(root, "examples/minimal"), join(cwd, "security"), { recursive: true });
  const scope: Record<string, unknown> = {
    ...library,
    startSimulator,
    load: async (path: string) => library.load(join(cwd, path), { SHIPPER_PASSWORD: "Ships-2025-logs!" }),
    console: { log: (...words: string[]) => lines.push(words.join(" ")) },
  };
  expect(Object.keys(scope)).toEqual(expect.arrayContaining(imported));
  const body = program.replaceAll(/^import .*$/gm, "");
  const run = new AsyncFunction(...Object.keys(scope), body);
  await run(...Object.values(scope));
  expect(lines).toContain("create roles/logs_reader");
});

test("docs/secrets.md lists the names of secret settings as the schema has them", () => {
  const page = readFileSync(join(root, "docs/secrets.md"), "utf8");
  const row = page.split("\n").find((line) => line.includes("`*password*`")) ?? "";
  const cells = row.split("|").map((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name));
  const { secret, public: open } = config["x-secret-names"];
  expect(cells.slice(1, 3)).toEqual([secret, open]);
});

test("docs/secrets.md lists the variables that are held back", () => {
  const page = readFileSync(join(root, "docs/secrets.md"), "utf8");
  const line = page.split("\n").find((one) => one.includes("`GITHUB_TOKEN`")) ?? "";
  expect(Array.from(line.matchAll(/`([^`]+)`/g), ([, name]) => name)).toEqual(heldBack);
});

test("every file that the README and docs/ link to is there", () => {
  const pages = ["README.md", "docs/architecture.md", "docs/server.md", "docs/secrets.md"];
  for (const page of pages) {
    const text = readFileSync(join(root, page), "utf8");
    for (const [, target] of text.matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g))
      expect(() => readFileSync(join(root, page, "..", target!)), `${page} links to ${target}`).not.toThrow(
        /ENOENT/,
      );
  }
});
