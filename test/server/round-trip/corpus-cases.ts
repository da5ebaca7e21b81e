import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { compareVersions, parseVersion } from "../../../src/value/version.ts";
import { folder } from "../../support/folder.ts";
import { copyCase, corpusCases } from "../../support/corpus.ts";
import { disagreement, errorCodes } from "./runs.ts";
import type { Cluster } from "./suite.ts";

interface Exception {
  readonly code: string;
  readonly reason: string;
  /** Older servers take it. */
  readonly since?: string;
}

/** What is not applied as it stands: the code of the error that says so, and why it is right. */
const exceptions: Readonly<Record<string, Exception>> = {
  "docs-samples-allowlist-lockout": {
    code: "unknown-reference",
    since: "2.12",
    reason: "a user names roles that exist nowhere, and REST refuses it",
  },
  "hash-removed": { code: "bad-hash", reason: "the users' hashes are no hashes, and REST refuses them" },
  "placeholder-user-name": { code: "bad-hash", reason: "the hashes are placeholders that nobody filled in" },
  "static-flag-on-own-role": { code: "bad-hash", reason: "the users' hashes are no hashes" },
  "helm-tpl-names": {
    code: "not-a-mapping",
    reason: "its nodes_dn.yml is a list, and the plugin refuses it too",
  },
};

/** Everything that the files ask of the environment has some value, and may be asked for outside of secrets too. */
async function makeEnvironment(path: string): Promise<Record<string, string>> {
  const names = await readdir(path);
  const texts = await Promise.all(names.map((name) => readFile(join(path, name), "utf8")));
  const variables = texts.flatMap((text) =>
    [...text.matchAll(/\$\{env\.([A-Za-z0-9_]+)/g)].map(([, variable]) => variable!),
  );
  const values = variables.map((variable) => [variable, `${variable}-value`]);
  return Object.fromEntries([...values, ["OSAC_ALLOW_PLACEHOLDERS", variables.join(",")]]) as Record<
    string,
    string
  >;
}

export function corpusRoundTrips(cluster: () => Cluster): void {
  const cases = corpusCases.filter(({ kind }) => kind === "good");
  const [refused, accepted] = [true, false].map((isException) =>
    cases.filter(({ name }) => name in exceptions === isException),
  ) as [typeof cases, typeof cases];

  describe.runIf(cases.length > 0)("with the admin certificate", () => {
    test.each(accepted)("$name is applied, then agrees, and so does its export", async (corpusCase) => {
      const { asCertificate } = cluster();
      const [files, exported] = [await folder({}), await folder({})];
      await copyCase(corpusCase, files);
      const env = await makeEnvironment(files);

      const applied = await asCertificate(["apply", files, "--yes"], env);
      expect(errorCodes(applied)).toEqual([]);
      expect(applied.changes.filter(({ result }) => result !== "done")).toEqual([]);
      expect(disagreement(await asCertificate(["plan", files], env))).toEqual([]);

      const first = await asCertificate(["export", exported, "--with-hashes"]);
      expect(first.exitCode).toBe(0);
      expect(disagreement(await asCertificate(["plan", exported]))).toEqual([]);
      const second = await asCertificate(["export", exported, "--with-hashes"]);
      expect(second.files.map(({ result }) => result)).toEqual(first.files.map(() => "unchanged"));
    });

    test.each(refused)("$name is refused for its reason, where the server refuses it", async (corpusCase) => {
      const { code, since = "0.0" } = exceptions[corpusCase.name]!;
      const isRefused = compareVersions(parseVersion(cluster().version), parseVersion(since)) >= 0;
      const files = await folder({});
      await copyCase(corpusCase, files);

      const applied = await cluster().asCertificate(["apply", files, "--yes"], await makeEnvironment(files));

      expect(errorCodes(applied)).toEqual(isRefused ? [code] : []);
      expect(applied.exitCode).toBe(isRefused ? 3 : 0);
    });
  });
}
