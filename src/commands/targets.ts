import { failure } from "../errors.ts";
import { exitCodes } from "../exit-codes.ts";
import { documentVersion } from "../report/json-text.ts";
import { printable } from "../report/printable.ts";
import { measureWidth } from "../report/theme.ts";
import type { Settings } from "../settings/settings.ts";
import type { Ended } from "./index.ts";

/** Lists the targets of osac.yml, for people and for engines that run one job for each. */
export async function run({ targets, output }: Settings): Promise<Ended> {
  if (output === "matrix") refuseLargeMatrix(targets.length);
  const head = { version: documentVersion, command: "targets", exitCode: exitCodes.done.code };
  const listed = targets.map(({ name, group = null, labels, url = null }) => ({ name, group, labels, url }));
  return Promise.resolve({
    reason: "done",
    result: {
      document: () => ({ ...head, targets: listed }),
      matrix: () => makeMatrix(targets),
      text: () => formatTargets(targets),
    },
  });
}

/** GitHub starts no more jobs for a matrix. */
const jobsMax = 256;

function refuseLargeMatrix(count: number): void {
  if (count > jobsMax)
    throw failure(
      "input",
      "matrix-too-large",
      `${count} targets are more than the ${jobsMax} jobs of a matrix`,
      {
        hint: "make one matrix for each group from --output json, each in a workflow of its own",
      },
    );
}

/**
 * Makes the matrix of a workflow: one job for each target. Each has an environment of GitHub, where its secrets
 * and reviewers are: the one that its label names, or one with its name.
 */
function makeMatrix(targets: Settings["targets"]): object {
  return {
    include: targets.map(({ name, group = "", labels }) => ({
      target: name,
      group,
      environment: labels["environment"] ?? name,
    })),
  };
}

function formatTargets(targets: Settings["targets"]): string {
  if (targets.length === 0) return "osac.yml has no targets\n";
  const rows = targets.map(toCells);
  const widths = [0, 1, 2].map((column) => measureWidth(rows.map((row) => row[column]!)));
  return rows
    .map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  "))
    .map((line) => `${line.trimEnd()}\n`)
    .join("");
}

function toCells({ name, group = "", labels, url = "" }: Settings["targets"][number]): string[] {
  const named = Object.entries(labels).map(([label, value]) => `${label}=${value}`);
  return [name, group, url, named.join(" ")].map(printable);
}
