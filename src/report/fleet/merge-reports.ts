import { OsacError, makeFinding } from "../../errors.ts";
import { exitCodes } from "../../exit-codes.ts";
import type { Finding } from "../../model/finding.ts";
import { parseReport, type TargetReport } from "./parse-report.ts";
import { withPlanAgain } from "./plan-again.ts";
import { makeTargetRow, type NamedTarget, type TargetRow } from "./target-row.ts";

/** A file of a report, by its path below the directory, or why it cannot be read. */
export type ReportFile = { readonly file: string } & ({ readonly text: string } | { readonly why: string });

/** The reports of one fleet. */
export interface MergedReports {
  /** The command that ran on the targets; null if there is no report. */
  readonly command: string | null;
  readonly rows: readonly TargetRow[];
  /** By the name of the target. */
  readonly reports: ReadonlyMap<string, TargetReport>;
}

interface NamedReport {
  readonly file: string;
  readonly report: TargetReport;
}

/**
 * Joins the reports of the jobs of one run. A target without a report was not started. Throws an `OsacError`
 * for reports that do not belong together: a table of them would tell a state that never was.
 */
export function mergeReports(files: readonly ReportFile[], targets: readonly NamedTarget[]): MergedReports {
  const parsed = files.map((one) => ({
    file: one.file,
    report: "text" in one ? parseReport(one.text) : one.why,
  }));
  const named = parsed.filter((one): one is NamedReport => typeof one.report !== "string");
  const broken = parsed.flatMap(({ file, report }) =>
    typeof report === "string" ? [{ file, why: report }] : [],
  );
  const { own, again } = splitAgain(named);
  const names = new Set(targets.map(({ name }) => name));
  const problems = [
    ...broken.filter(({ file }) => !names.has(findStem(file))).map(badReportFinding),
    ...mixedFindings(own, common),
    ...mixedFindings(named, commonToAll),
    ...repeatedFindings(own),
    ...repeatedFindings(again),
    ...(names.size === 0 ? [] : strangerFindings(named, names)),
    ...exchangedFindings(named, names),
    ...sameClusterFindings(own, new Set(targets.flatMap(({ name, isShared }) => (isShared ? [name] : [])))),
  ];
  if (problems.length > 0) throw new OsacError("input", problems);

  const plans = new Map(again.map(({ report }) => [report.target.name, report]));
  const unreadable = new Map(broken.map((one) => [findStem(one.file), one]));
  const reports = new Map(
    own.map(({ report }) => {
      const { name } = report.target;
      return [name, withPlanAgain(report, plans.get(name), unreadable.get(name))];
    }),
  );
  const expected = targets.length > 0 ? targets : [...reports.keys()].map((name) => ({ name }));
  const rows = expected.map((target) => makeRow(target, reports, unreadable));
  return { command: own[0]?.report.command ?? null, rows, reports };
}

/** Separates the plans that follow an apply of the same target from the reports of the run. */
function splitAgain(named: readonly NamedReport[]): {
  readonly own: NamedReport[];
  readonly again: NamedReport[];
} {
  const applied = new Set(
    named.filter(({ report }) => report.command === "apply").map(({ report }) => report.target.name),
  );
  const isAgain = ({ report }: NamedReport): boolean =>
    report.command === "plan" && applied.has(report.target.name);
  return { own: named.filter((one) => !isAgain(one)), again: named.filter(isAgain) };
}

interface BrokenReport {
  readonly file: string;
  readonly why: string;
}

/** A job that was killed leaves half a report, or none, in the file of its target. */
function makeRow(
  target: NamedTarget,
  reports: MergedReports["reports"],
  unreadable: ReadonlyMap<string, BrokenReport>,
): TargetRow {
  const report = reports.get(target.name);
  const broken = report ? undefined : unreadable.get(target.name);
  if (!broken) return makeTargetRow(target, report, report?.target.seconds ?? null);
  const findings = [badReportFinding(broken)];
  return makeTargetRow(target, { command: null, exitCode: exitCodes.partial.code, findings }, null);
}

/** `reports/eu-1.json` has the report of eu-1. */
function findStem(file: string): string {
  return file.replace(/^.*\//, "").replace(/\.json$/, "");
}

function badReportFinding({ file, why }: BrokenReport): Finding {
  return makeFinding("bad-report", {
    message: `${file} ${why}`,
    hint: "its run may have been cut off; run osac --target NAME --output json again for this target",
  });
}

type Common = Readonly<Record<string, (report: TargetReport) => string>>;

/** What the reports of one run have in common, beside the plans after an apply. */
const common: Common = { command: ({ command }) => command };

/** What all reports of one run have in common. */
const commonToAll: Common = {
  "version of osac": ({ target }) => target.tool,
  run: ({ target }) => target.run ?? "(none)",
};

function mixedFindings([first, ...others]: readonly NamedReport[], shared: Common): Finding[] {
  if (!first) return [];
  return Object.entries(shared).flatMap(([what, read]) => {
    const other = others.find(({ report }) => read(report) !== read(first.report));
    return other
      ? [
          makeFinding("mixed-reports", {
            message: `the reports differ in their ${what}: ${first.file} has ${read(first.report)}, ${other.file} has ${read(other.report)}`,
            hint: "merge the reports of one run only; begin each run with an empty directory",
          }),
        ]
      : [];
  });
}

function repeatedFindings(named: readonly NamedReport[]): Finding[] {
  return pairRepeated(named, ({ target }) => target.name).map(([first, second]) =>
    makeFinding("mixed-reports", {
      message: `the target ${first.report.target.name} has two reports, ${first.file} and ${second.file}`,
      hint: "keep that of the run that you mean",
    }),
  );
}

/** Two targets of one cluster undo each other. Only here does one process see both. */
function sameClusterFindings(named: readonly NamedReport[], shared: ReadonlySet<string>): Finding[] {
  return pairRepeated(named, ({ cluster }) => cluster?.uuid ?? undefined)
    .map((pair) => pair.map(({ report }) => report.target.name))
    .filter(([first, second]) => first !== second && !(shared.has(first!) && shared.has(second!)))
    .map(([first, second]) =>
      makeFinding("mixed-reports", {
        message: `the targets ${first} and ${second} are one cluster`,
        hint: "correct the address of one of them, or set cluster.shared: true for both",
      }),
    );
}

/** Pairs each report with the first one that has the same key. A report without a key has no pair. */
function pairRepeated(
  named: readonly NamedReport[],
  read: (report: TargetReport) => string | undefined,
): [NamedReport, NamedReport][] {
  const firsts = new Map<string | undefined, NamedReport>();
  return named.flatMap((one): [NamedReport, NamedReport][] => {
    const key = read(one.report);
    const first = firsts.get(key);
    if (key === undefined) return [];
    if (first) return [[first, one]];
    firsts.set(key, one);
    return [];
  });
}

/** Each job writes the file of its own target: a report in that of another one is not of its job. */
function exchangedFindings(named: readonly NamedReport[], names: ReadonlySet<string>): Finding[] {
  return named
    .filter(({ file, report }) => names.has(findStem(file)) && findStem(file) !== report.target.name)
    .map(({ file, report }) =>
      makeFinding("mixed-reports", {
        message: `${file} is named like a target, and is about another one, ${report.target.name}`,
        hint: "name the file of a report after its target",
      }),
    );
}

function strangerFindings(named: readonly NamedReport[], names: ReadonlySet<string>): Finding[] {
  return named
    .filter(({ report }) => !names.has(report.target.name))
    .map(({ file, report }) =>
      makeFinding("unknown-target", {
        message: `${file} is about the target ${report.target.name}, which osac.yml does not have`,
        hint: "pass the directory whose osac.yml the run used",
      }),
    );
}
