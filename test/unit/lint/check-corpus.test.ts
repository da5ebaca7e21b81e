import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadDirectory } from "../../../src/files/load-directory.ts";
import { directoryFindings } from "../../../src/lint/check-directory.ts";
import type { Finding } from "../../../src/model/finding.ts";
import { copyCase, corpus, type CorpusCase, corpusCases } from "../../support/corpus.ts";

/** What the plugin loads, and osac refuses all the same. */
const exceptions: Readonly<Record<string, string>> = {};

/** A file of version 1 gets one error, which need not stand at the line that the corpus names. */
const placedElsewhere: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "sg6-plain-passwords": {
    "config.yml:5": "config.yml:1",
  },
  "v6-certificate-dn-users": {
    "config.yml:5": "config.yml:1",
  },
};

let scratch: string;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "osac-corpus-"));
});

afterAll(() => rm(scratch, { recursive: true }));

/** The case's directory, copied to where its files can have their right names. */
async function prepare(corpusCase: CorpusCase): Promise<string> {
  const path = join(scratch, corpusCase.name);
  await copyCase(corpusCase, path);
  return path;
}

async function listFindings(corpusCase: CorpusCase): Promise<Finding[]> {
  const directory = await loadDirectory(await prepare(corpusCase), { env: {} });
  return [...directory.findings, ...(await directoryFindings(directory))];
}

function brief({ code, message, at }: Finding): string {
  return `${at?.file}:${at?.line}:${at?.column} ${message} [${code}]`;
}

const places = (findings: readonly Finding[]): string[] =>
  findings.map(({ at }) => `${at?.file}:${at?.line}`);

describe.runIf(corpusCases.length > 0)("directories as real teams write them", () => {
  test.each(corpusCases.filter(({ expected }) => expected.outcome === "loads"))(
    "$name: what the plugin loads is no error",
    async (corpusCase) => {
      const errors = (await listFindings(corpusCase)).filter(({ severity }) => severity === "error");

      if (exceptions[corpusCase.name] === undefined) expect(errors.map(brief)).toEqual([]);
      else expect(errors).not.toEqual([]);
    },
  );

  test.each(corpusCases.filter(({ expected }) => expected.outcome === "rejected"))(
    "$name: what the plugin refuses is an error, at its line",
    async (corpusCase) => {
      const errors = (await listFindings(corpusCase)).filter(({ severity }) => severity === "error");

      for (const place of expectedPlaces(corpusCase))
        expect(places(errors), errors.map(brief).join("\n")).toContain(place);
    },
  );
});

/** `config/sg_roles.yml:2` as it is called after the upload, without what has no line. */
function expectedPlaces({ name, expected, uploaded_as: names = {} }: CorpusCase): string[] {
  return (expected.at ?? []).flatMap(({ at }) => {
    const [, file, line] = /^(?:config|rendered)\/(.+):(\d+)$/.exec(at) ?? [];
    if (file === undefined) return [];
    const place = `${names[file] ?? file}:${line}`;
    return [placedElsewhere[name]?.[place] ?? place];
  });
}

test("every file of the corpus is there", async () => {
  for (const { name } of corpusCases) expect(await readdir(join(corpus, name))).not.toEqual([]);
});
