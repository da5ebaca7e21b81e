import { existsSync, readFileSync, readdirSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { allKinds } from "../src/kinds/index.ts";

const root = resolve(import.meta.dirname, "..");
const source = join(root, "src");

interface Import {
  /** From `src`. */
  readonly file: string;
  readonly target: string;
  readonly isType: boolean;
}

const imports: readonly Import[] = filesBelow(source).flatMap(findImports);

test("each third-party package is imported in one file, or in one folder", () => {
  const users = new Map<string, Set<string>>();
  for (const { file, target } of imports.filter(({ target }) => isPackage(target))) {
    const name = target
      .split("/")
      .slice(0, target.startsWith("@") ? 2 : 1)
      .join("/");
    users.set(name, (users.get(name) ?? new Set()).add(dirname(file)));
  }
  expect(users.size).toBeGreaterThan(0);
  for (const [name, folders] of users) expect([name, [...folders]]).toEqual([name, [expect.any(String)]]);
});

describe("imports go one way", () => {
  /** The pure stages: each may import values from those before it. */
  const pureStages = ["secrets", "value", "schema", "kinds", "access", "plan", "guard", "report"];
  const below = (stage: string): string[] => pureStages.slice(0, pureStages.indexOf(stage));

  /** What the code of a folder may import values from, besides itself and the files that everybody may. */
  const allowed: Readonly<Record<string, readonly string[]>> = {
    ...Object.fromEntries(pureStages.map((stage) => [stage, below(stage)])),
    passwords: below("access"),
    export: below("access"),
    simulator: [...below("access"), "passwords"],
    cluster: below("access"),
    apply: [...below("guard"), "cluster", "lint"],
    // Placeholders know the names of osac's own variables.
    files: [...below("access"), "settings"],
    lint: [...below("plan"), "files"],
    git: [...below("access"), "files"],
    storage: [...below("access"), "files", "lint", "git"],
    settings: [...below("access"), "files", "git", "storage"],
    github: [...below("access"), "files", "git", "storage", "settings", "cluster", "commands", "report"],
  };
  const everybodys = ["codes.ts", "errors.ts", "exit-codes.ts", "tool-version.ts"];
  /** The most special of the folders that hold the file. */
  const findStage = (file: string): string | undefined =>
    Object.keys(allowed).findLast((folder) => file.startsWith(`${folder}/`));
  const local = imports.filter(({ target }) => target.startsWith("."));

  test.for(Object.entries(allowed))("%s", ([folder, others]) => {
    const strangers = local
      .filter(({ file, isType }) => findStage(file) === folder && !isType)
      .map(({ file, target }) => `${file} → ${relative(source, resolve(source, dirname(file), target))}`)
      .filter((arrow) => {
        const to = arrow.split(" → ")[1]!;
        if (everybodys.includes(to) || /^(?:\.\.\/schemas|model)\//.test(to)) return false;
        return ![folder, ...others].includes(to.split("/")[0]!);
      });
    expect(strangers).toEqual([]);
  });

  test("nobody imports the command line", () => {
    const arrows = local.filter(({ target }) => /\/(?:cli|main)\.ts$/.test(target));
    expect(arrows.map(({ file }) => file)).toEqual(["action.ts", "cli.ts"]);
  });
});

test("value, schema, kinds, plan, access, guard and report touch no disk, network, clock, environment or console", () => {
  const pure = filesBelow(source).filter((file) =>
    /^(?:value|schema|kinds|plan|access|guard|report)\//.test(relative(source, file)),
  );
  // A digest is a function of what it is given.
  const forbidden =
    /\bprocess\.|\bconsole\.|\bfetch\(|Date\.now|new Date\(\)|performance\.|(?<!\{ createHash \} )from "node:(?!assert|util)/;
  expect(pure.filter((file) => forbidden.test(readFileSync(file, "utf8")))).toEqual([]);
});

test("the command line and the Action alone touch the process and its streams", () => {
  const users = filesBelow(source).filter((file) =>
    /\bconsole\.|process\.(?:exit|exitCode|stdout|stderr|stdin)\b/.test(readFileSync(file, "utf8")),
  );
  expect(users.map((file) => relative(source, file))).toEqual(["action.ts", "cli.ts"]);
});

describe.for(allKinds.map(({ name, file }) => [name, file] as const))("%s", ([, file]) => {
  test("has a schema", () => {
    expect(existsSync(join(root, "schemas", file.replace(".yml", ".schema.json")))).toBe(true);
  });

  test("has an example", () => {
    expect(folders("examples").filter((folder) => existsSync(join(folder, file)))).not.toEqual([]);
  });

  test("has a scenario", () => {
    const desired = folders("test/scenarios").map((folder) => join(folder, "desired", file));
    expect(desired.filter(existsSync)).not.toEqual([]);
  });
});

function folders(within: string): string[] {
  const path = join(root, within);
  return readdirSync(path).map((name) => join(path, name));
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => join(folder, file))
    .toSorted();
}

function findImports(path: string): Import[] {
  const text = readFileSync(path, "utf8");
  const statement = /^(?:import|export)\s+(type\s)?[^;"]*?from\s+"([^"]+)"|\bimport\("([^"]+)"\)/gm;
  return [...text.matchAll(statement)].map(([, type, target, late]) => ({
    file: relative(source, path),
    target: (target ?? late)!,
    isType: type !== undefined,
  }));
}

function isPackage(target: string): boolean {
  return !target.startsWith(".") && !target.startsWith("node:") && !builtinModules.includes(target);
}
