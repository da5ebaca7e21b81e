import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { start } from "../../support/simulated-cluster.ts";
import { desk } from "./saved.ts";

/** Real files that osac once judged wrongly. They are beside the project, and may be missing. */
const inputs = join(import.meta.dirname, "../../../../shared/faults");

interface Found {
  readonly code: string;
  readonly severity: string;
  readonly at?: { readonly line: number };
}

/** The result of a plan for each directory: its exit code, and its findings with their lines. */
const expected: Readonly<Record<string, { readonly exit: number; readonly findings: readonly string[] }>> = {
  "audit-disabled-categories": {
    exit: 5,
    findings: ["error access-escalation 2", "warning not-supported 6"],
  },
  "dls-misspelt-variable": {
    exit: 0,
    findings: [
      "warning unsupported-variable 5",
      "warning unsupported-variable 9",
      "warning unsupported-variable 10",
      "warning unsupported-variable 15",
      "warning bad-dls 15",
    ],
  },
  "hosts-cidr": { exit: 0, findings: ["warning network-as-host 3", "warning network-as-host 3"] },
  "index-pattern-exclude": {
    exit: 0,
    findings: [
      "warning pattern-without-index 4",
      "warning pattern-without-index 12",
      "warning pattern-without-index 16",
    ],
  },
  "mapping-double-quoted-dn": {
    exit: 0,
    findings: [
      "warning invisible-character 2",
      "warning invisible-character 4",
      "warning invisible-character 6",
      "warning invisible-character 7",
      "warning invisible-character 8",
      "warning invisible-character 9",
      "warning invisible-character 11",
    ],
  },
  "service-account": { exit: 0, findings: [] },
  "xff-star": { exit: 3, findings: ["error bad-pattern 8"] },
};

test.skipIf(!existsSync(inputs)).for(Object.entries(expected))(
  "%s is told by a plan",
  async ([name, { exit, findings }]) => {
    const folder = join(inputs, name);
    const names = (await readdir(folder)).filter((file) => file.endsWith(".yml"));
    const texts = await Promise.all(
      names.map(async (file) => [file, await readFile(join(folder, file), "utf8")]),
    );
    const { osac } = await desk(await start(), Object.fromEntries(texts) as Record<string, string>);
    const { code, out } = await osac(["plan", "security", "--output", "json", "--allow-lockout-risk"]);
    const told = (JSON.parse(out) as { findings: Found[] }).findings
      .filter(({ severity }) => severity !== "notice")
      .map(({ code: finding, severity, at }) => `${severity} ${finding} ${at?.line ?? "-"}`);
    expect({ exit: code, findings: told }).toEqual({ exit, findings });
  },
);
