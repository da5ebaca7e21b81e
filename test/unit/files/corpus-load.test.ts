import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadDirectory } from "../../../src/files/load-directory.ts";

const corpus = join(import.meta.dirname, "../../../../shared/corpus");
const isThere = existsSync(corpus);
if (!isThere) console.warn(`SKIPPED: the real directories are not there (${corpus})`);

/** The errors of a case under the file names with which it was found. */
async function listErrors(name: string): Promise<string[]> {
  const { findings } = await loadDirectory(join(corpus, name, "config"), { env: {} });
  return findings
    .filter(({ severity }) => severity === "error")
    .map(({ at, hint }) => `${at?.file}: ${hint}`);
}

describe.runIf(isThere)("a directory whose names are not those of the plugin", () => {
  test.each([
    ["config-example-name", ["config.yml.example: did you mean config.yml?"]],
    ["renamed-config-file", ["security_config.yml: rename it to config.yml"]],
    ["sg-2016-roles-only", ["sg_roles.yml: did you mean roles.yml?"]],
    [
      "v6-enabled-in-authc",
      expect.arrayContaining(["inernal_users.yml: did you mean internal_users.yml?"]) as string[],
    ],
    ["two-role-files", []],
    ["hash-removed", []],
    ["placeholder-user-name", []],
  ])("%s", async (name, expected) => {
    expect(await listErrors(name)).toEqual(expected);
  });

  test("templates of every kind are named one by one", async () => {
    const errors = await listErrors("helm-tpl-names");

    expect(errors).toHaveLength(8);
    expect(errors).toContain("_nodes_dn.yml.tpl: did you mean nodes_dn.yml?");
  });
});
