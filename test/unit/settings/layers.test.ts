import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Layering } from "../../../src/model/layers.ts";
import { options, type OptionName } from "../../../src/settings/options.ts";
import { findLayering, makeLayering, readOwnLayers } from "../../../src/settings/read-layering.ts";
import { readSettings } from "../../../src/settings/read-settings.ts";
import type { Settings } from "../../../src/settings/settings.ts";
import { folder } from "../../support/folder.ts";
import { listErrors } from "../../support/refusal.ts";

async function read(
  cwd: string,
  flags: Partial<Record<OptionName, string[]>> = {},
  directory = ".",
): Promise<Settings> {
  const request = {
    options: Object.keys(options) as OptionName[],
    outputs: ["text"] as const,
    flags: new Map(Object.entries(flags)) as ReadonlyMap<OptionName, string[]>,
    directory,
  };
  return (await readSettings(request, {}, cwd, true)).settings;
}

const shown = ({ layers, variables }: Layering) => ({
  layers: layers.map(({ folder: name, at }) => [name, at && `${at.file}:${at.line}`]),
  variables:
    variables &&
    [...variables].map(([name, { value, at, isShared }]) => [
      name,
      value,
      `${at?.file}:${at?.line}`,
      isShared,
    ]),
});

const plain = { layers: [["", undefined]], variables: undefined };

describe("the layers and variables of osac.yml", () => {
  const text =
    "layers:\n  - ./base//x/\n  - env/prod\nvariables:\n  team: search\n  port: 9200\n  on: true\n";

  test("are folders below the directory, and values with their lines", async () => {
    const settings = await read(await folder({ "c/osac.yml": text }), {}, "c");
    expect(shown(makeLayering(settings))).toEqual({
      layers: [
        ["base/x", "osac.yml:2"],
        ["env/prod", "osac.yml:3"],
      ],
      variables: [
        ["team", "search", "osac.yml:5", undefined],
        ["port", 9200, "osac.yml:6", undefined],
        ["on", true, "osac.yml:7", undefined],
      ],
    });
  });

  test("of a settings file elsewhere have its place, seen from the directory", async () => {
    const cwd = await folder({ "ci/osac.yml": text, "c/x": "" });
    const { layers, variables } = shown(makeLayering(await read(cwd, { config: ["ci/osac.yml"] }, "c")));
    expect(layers[0]).toEqual(["base/x", "../ci/osac.yml:2"]);
    expect(variables?.[0]).toEqual(["team", "search", "../ci/osac.yml:5", undefined]);
  });

  test("may be absent, one or both", async () => {
    expect(shown(makeLayering(await read(await folder({}))))).toEqual(plain);
    const alone = await read(await folder({ "osac.yml": "layers: [a]\n" }));
    expect(shown(makeLayering(alone))).toEqual({ layers: [["a", "osac.yml:1"]], variables: [] });
    const values = await read(await folder({ "osac.yml": "variables: { a: 1 }\n" }));
    expect(shown(makeLayering(values))).toEqual({
      layers: [["", undefined]],
      variables: [["a", 1, "osac.yml:1", undefined]],
    });
  });

  test("of a target say which variables all targets share", async () => {
    const file = "variables: { a: 1, b: 2 }\ntargets:\n  eu:\n    layers: [eu]\n    variables: { b: 3 }\n";
    const settings = await read(await folder({ "osac.yml": file }), { target: ["eu"] });
    expect(shown(makeLayering(settings))).toEqual({
      layers: [["eu", "osac.yml:4"]],
      variables: [
        ["a", 1, "osac.yml:1", true],
        ["b", 3, "osac.yml:5", false],
      ],
    });
  });

  const below = "expected a folder below the directory, such as base or env/prod, found";

  test.for([
    ["layers: [base, /etc]\n", `[bad-value] osac.yml:1:16: layers: ${below} "/etc"`],
    ["layers: [../base]\n", `[bad-value] osac.yml:1:10: layers: ${below} "../base"`],
    ["layers: [a/..]\n", `[bad-value] osac.yml:1:10: layers: ${below} "a/.."`],
    ["layers: [a/../b]\n", `[bad-value] osac.yml:1:10: layers: ${below} "a/../b"`],
    ["layers: [a, b, ./a/]\n", '[bad-value] osac.yml:1:16: layers: expected each layer once, found "./a/"'],
    [
      "variables:\n  a: x${env.B}\n",
      '[bad-value] osac.yml:2:3: variables.a: expected a text without placeholders, found "x${env.B}" | osac shows variables, and a placeholder may be a secret: write it into the file that needs it',
    ],
  ] as const)("are refused: %j", async ([file, error]) => {
    const cwd = await folder({ "osac.yml": file });
    expect(await listErrors(async () => read(cwd))).toEqual([error]);
  });

  test.for(["layers: [a..b, ..c, d...]\n", "variables: { a: $x, b: '{y}', C_1: '' }\n", "layers: ['.']\n"])(
    "may be %j",
    async (file) => {
      await expect(read(await folder({ "osac.yml": file }))).resolves.toBeDefined();
    },
  );
});

const list = async (files: Record<string, string>) =>
  (await readOwnLayers(await folder(files))).map(({ folder: name }) => name);

describe("an older copy of the directory", () => {
  const now = "layers: [new]\nvariables: { a: 1 }\ntargets: { eu: { layers: [eu] }, us: {} }\n";

  test("has the layers and variables of its own osac.yml", async () => {
    const settings = await read(await folder({ "osac.yml": now }), { target: ["us"] });
    const old = await folder({
      "osac.yml": "layers: [old]\nvariables: { a: 0 }\ntargets: { us: { variables: { b: 2 } } }\n",
    });
    expect(shown(await findLayering(old, settings))).toEqual({
      layers: [["old", "osac.yml:1"]],
      variables: [
        ["a", 0, "osac.yml:2", true],
        ["b", 2, "osac.yml:3", false],
      ],
    });
    expect(shown(await findLayering(settings.directory, settings)).layers).toEqual([["new", "osac.yml:1"]]);
  });

  test.for([
    ["layers: [old]\n", [["old", "osac.yml:1"]], []],
    ["variables: { a: 0 }\n", [["", undefined]], [["a", 0, "osac.yml:1", undefined]]],
    ["strict: true\n", plain.layers, undefined],
  ] as const)("may lack the target: %j", async ([text, layers, variables]) => {
    const settings = await read(await folder({ "osac.yml": now }), { target: ["eu"] });
    expect(shown(await findLayering(await folder({ "osac.yml": text }), settings))).toEqual({
      layers,
      variables,
    });
  });

  test("may lack an osac.yml, and that of a plain directory is not read", async () => {
    const layered = await read(await folder({ "osac.yml": "variables: { a: 1 }\n" }));
    expect(shown(await findLayering(await folder({}), layered))).toEqual(plain);
    const simple = await read(await folder({}));
    const odd = await folder({ "osac.yml": "layers: [old]\nan_older_setting: true\n" });
    expect(shown(await findLayering(odd, simple))).toEqual(plain);
  });

  test("has the layers of all its targets, beside the directory itself", async () => {
    expect(await list({ "osac.yml": now })).toEqual(["", "new", "eu"]);
    expect(await list({ "osac.yml": "targets: { eu: { layers: [a, b] }, us: { layers: [b] } }\n" })).toEqual([
      "",
      "a",
      "b",
      "b",
    ]);
    expect(await list({})).toEqual([""]);
  });

  test("is read without the settings of the machine", async () => {
    const settings = await read(await folder({ "osac.yml": "layers: [new]\n" }));
    expect(shown(await findLayering(join(settings.directory, "none"), settings))).toEqual(plain);
  });
});
