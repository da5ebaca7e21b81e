import { exitCodes } from "../exit-codes.ts";
import { documentVersion } from "../report/json-text.ts";
import { printable } from "../report/printable.ts";
import { measureWidth } from "../report/theme.ts";
import type { Settings } from "../settings/settings.ts";
import type { Ended } from "./index.ts";

/** Lists the targets of osac.yml, for people and for engines that run one job for each. */
export async function run({ targets }: Settings): Promise<Ended> {
  const head = { version: documentVersion, command: "targets", exitCode: exitCodes.done.code };
  const listed = targets.map(({ name, group = null, labels, url = null }) => ({ name, group, labels, url }));
  return Promise.resolve({
    reason: "done",
    result: { document: () => ({ ...head, targets: listed }), text: () => formatTargets(targets) },
  });
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
