import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Io } from "../commands/io.ts";
import { failure, makeFinding } from "../errors.ts";
import type { Finding } from "../model/finding.ts";
import { jsonText } from "../report/json-text.ts";
import type { Report } from "../report/command-result.ts";
import { commentMax } from "./comment.ts";
import { refuseLinkedPath } from "../storage/atomic-file.ts";
import type { Inputs } from "./inputs.ts";
import type { Job } from "./job.ts";
import type { Outputs } from "./outputs.ts";

/** Refuses report files that cannot be written, before osac runs. */
export function refuseUnwritable({ inputs, io: { cwd } }: Job): void {
  for (const name of ["report-file", "markdown-file"] as const) {
    if (inputs[name] === "") continue;
    const path = resolve(cwd, inputs[name]);
    refuseLinkedPath(path);
    try {
      mkdirSync(dirname(path), { recursive: true });
      appendFileSync(path, "");
    } catch (error) {
      const message = `the input ${name}: ${path} cannot be written; nothing was written`;
      throw failure("input", "unwritable-file", message, { cause: error });
    }
  }
}

/** Writes the report to files for later steps. */
export function writeReportFiles(
  inputs: Inputs | undefined,
  report: Report,
  folder: string,
  { cwd }: Io,
): Outputs {
  const json = resolve(cwd, inputs?.["report-file"] || join(folder, "report.json"));
  const markdown = resolve(cwd, inputs?.["markdown-file"] || join(folder, "report.md"));
  for (const [path, text] of [
    [json, jsonText(report.document)],
    [markdown, report.markdown({ limit: commentMax, about: "" })],
  ] as const) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  const saved = "saved" in report.document ? report.document.saved : undefined;
  return {
    "report-file": json,
    "markdown-file": markdown,
    ...(saved ? { "plan-file": resolve(cwd, saved.file) } : {}),
  };
}

/** Turns errors of the runner's file system into warnings, so that the exit code is not lost. */
export function catchAsWarning(what: string, write: () => void): Finding[] {
  try {
    write();
    return [];
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const message = `${what} cannot be written${code === undefined ? "" : `: ${code}`}`;
    return [makeFinding("unwritable-file", { severity: "warning", message })];
  }
}
