import { existsSync } from "node:fs";
import { cp } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import config from "../schemas/config.schema.json" with { type: "json" };
import { commands } from "../src/commands/index.ts";
import { heldBack } from "../src/files/placeholders/reserved-variables.ts";
import { options, type Option } from "../src/settings/options.ts";
import * as library from "../src/index.ts";
import { startSimulator } from "../src/simulator/index.ts";
import { folder } from "./support/folder.ts";
import { generateParts } from "./docs/page.ts";
import { pages, read, root } from "./docs/pages.ts";
import { generators, kindPages } from "./docs/reference.ts";

// `npm run docs` writes what these tests compare.

const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor as new (
  ...words: string[]
) => (...values: unknown[]) => Promise<void>;

const written = pages.filter((page) => kindPages[page] === undefined);

test.for(written)("%s says what the sources say", async (page) => {
  await expect(generateParts(read(page), generators)).toMatchFileSnapshot(join(root, page));
});

test.for(Object.entries(kindPages))("%s is made of the schema and the example", async ([page, text]) => {
  await expect(text).toMatchFileSnapshot(join(root, page));
});

test("the README is short", () => {
  expect(read("README.md").split("\n").length).toBeLessThanOrEqual(201);
});

test("a page with a program does what it says", async () => {
  const [, program = ""] = /```ts\n([^]*?)```/.exec(read("docs/reference/library.md")) ?? [];
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
  const row = read("docs/secrets.md")
    .split("\n")
    .find((line) => line.includes("`*password*`"));
  const cells = row?.split("|").map((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name));
  const { secret, public: open } = config["x-secret-names"];
  expect(cells?.slice(1, 3)).toEqual([secret, open]);
});

test("docs/secrets.md lists the variables that are held back", () => {
  const line = read("docs/secrets.md")
    .split("\n")
    .find((one) => one.includes("`GITHUB_TOKEN`"));
  expect(Array.from(line!.matchAll(/`([^`]+)`/g), ([, name]) => name)).toEqual(heldBack);
});

describe.for(pages)("%s", (page) => {
  const text = read(page);

  test("links to files and headings that exist", () => {
    const targets = Array.from(text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g), ([, target]) => target!);
    expect(targets.filter((target) => !isThere(page, target))).toEqual([]);
  });

  test("names commands, flags and variables that exist", () => {
    const prose = text.replaceAll(/<!-- generated[^]*?<!-- end -->/g, "");
    const flags = Array.from(
      prose.matchAll(/\bosac (?:[\w./-]+ )*?[^`\n]*?(--[a-z][a-z-]+)/g),
      ([, flag]) => flag!,
    );
    const variables = Array.from(shownByHand(prose).matchAll(/\bOSAC_[A-Z_]*[A-Z]\b/g), ([name]) => name);
    expect(flags.filter((flag) => !knownFlags.has(flag))).toEqual([]);
    expect(variables.filter((name) => !knownVariables.has(name))).toEqual([]);
  });
});

/** Without what commands print. */
function shownByHand(page: string): string {
  return page.replaceAll(/^```console\n[^]*?^```$/gm, "");
}

const all = Object.values(options) as Option<unknown>[];
const knownFlags = new Set(["--help", ...all.map(({ flag }) => `--${flag}`), "--version"]);
const knownVariables = new Set([
  ...all.flatMap(({ env }) => env ?? []),
  "OSAC_PLAN_PASSWORD",
  "OSAC_TARGET_NAME_USERNAME",
  "OSAC_TARGET_NAME_PASSWORD",
  "OSAC_TARGET_EU",
  "OSAC_TARGET_CANARY_URL",
  "OSAC_HASH_TARGETS_EU",
  "OSAC_APPLY_PASSWORD",
  "OSAC_TEST_URL",
  "OSAC_BENCH_SIZES",
  "OSAC_MUTATE",
  "OSAC_MUTATE_SEED",
  "OSAC_MUTATE_SHARE",
  "OSAC_SOAK_SECONDS",
  "OSAC_SOAK_VERSION",
  "OSAC_SOAK_SEED",
]);

/** Whether the file that a page links to is there, and has the heading. */
function isThere(page: string, target: string): boolean {
  const [path, heading] = target.split("#", 2) as [string, string?];
  const file = path === "" ? page : relative(root, join(root, dirname(page), path));
  if (!existsSync(join(root, file))) return false;
  return heading === undefined || headingsIn(read(file)).includes(heading);
}

/** The anchors that GitHub makes. */
function headingsIn(text: string): string[] {
  return Array.from(text.replaceAll(/^```[^]*?^```/gm, "").matchAll(/^#+ (.*)$/gm), ([, heading]) =>
    heading!
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );
}

test("every command has a section in the reference", () => {
  const headings = headingsIn(read("docs/reference/commands.md"));
  expect(headings).toEqual(
    expect.arrayContaining(commands.map(({ name }) => `osac-${name.replaceAll(" ", "-")}`)),
  );
});
