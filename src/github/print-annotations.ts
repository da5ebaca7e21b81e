import { existsSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import type { Io } from "../commands/io.ts";
import type { Finding } from "../model/finding.ts";
import { formatQuantity } from "../report/findings-text.ts";
import { annotations } from "../report/github-annotations.ts";

/** GitHub shows so many annotations of a step for each severity. */
const annotationsMax = 10;

/** Prints annotations, the worst first. A failed step keeps one place for the line about the failure. */
export function annotate(findings: readonly Finding[], isFailed: boolean, io: Io): void {
  const placed = toRepositoryPaths(findings, io.cwd);
  for (const severity of ["error", "warning", "notice"] as const) {
    const all = placed.filter((finding) => finding.severity === severity);
    const shown = all.slice(0, annotationsMax - Number(isFailed && severity === "error"));
    io.stdout.write(annotations(shown));
    const rest = all.length - shown.length;
    if (rest > 0) io.stdout.write(`… and ${formatQuantity(rest, `more ${severity}`)}, see the job summary\n`);
  }
}

/** Makes paths relative to the repository, wherever it was checked out. */
function toRepositoryPaths(findings: readonly Finding[], cwd: string): Finding[] {
  return findings.map((finding) => {
    if (!finding.at) return finding;
    const path = resolve(cwd, finding.at.file);
    const file = relative(findRoot(dirname(path)) ?? cwd, path).replaceAll("\\", "/");
    return { ...finding, at: { ...finding.at, file } };
  });
}

function findRoot(folder: string): string | undefined {
  if (existsSync(join(folder, ".git"))) return folder;
  const parent = dirname(folder);
  return parent === folder ? undefined : findRoot(parent);
}
