import type { Settings } from "../settings/settings.ts";
import { connectionFindings } from "../settings/pinned-settings.ts";
import { formatAddress } from "../kinds/address.ts";
import type { Change } from "../model/change.ts";
import type { DriftCause } from "../model/drift.ts";
import type { Finding } from "../model/finding.ts";
import type { Plan } from "../model/plan.ts";
import { formatQuantity, findingsText, placeInDirectory, sortFindings } from "../report/findings-text.ts";
import { jsonText } from "../report/json-text.ts";
import { makePlanDocument, type PlanDocument, type RunFacts } from "../report/plan-json.ts";
import { planIdMarkdown, planIdText, type IdFacts } from "../report/plan-id.ts";
import { planMarkdown } from "../report/plan-markdown.ts";
import { planText, type Heading } from "../report/plan-text.ts";
import type { Report } from "../report/report.ts";
import { weakeningFindings } from "../report/protective-settings.ts";
import { makeTheme } from "../report/theme.ts";
import type { Io } from "./io.ts";

/** What a run adds to its plan. */
export interface Run extends Omit<RunFacts, "findings"> {
  /** `performance.now()` at the start. */
  readonly began: number;
  /** Only of drift: which side changed. */
  readonly causes?: ReadonlyMap<Change, DriftCause> | undefined;
  /** What to say of the plan's id; nothing is said without. */
  readonly id?: IdFacts | undefined;
}

/** Prints a plan the way the user asked for: the result on standard output, findings beside it. */
export function printPlan(plan: Plan, run: Run, settings: Settings, io: Io): void {
  io.report?.(makeReport(plan, run, settings));
  if (settings.quiet && isNothing(plan, run)) return;
  const { id } = run;
  const heading = makeHeading(run, settings);
  const findings = placeFindings(plan, settings);
  switch (settings.output) {
    case "json":
      return io.stdout.write(
        jsonText(makeDocument(plan, run, [...settingsFindings(plan, settings), ...findings])),
      );
    case "markdown":
      io.stdout.write(
        planMarkdown(plan, heading, [...connectionFindings(settings), ...selectConcerning(findings, plan)]),
      );
      return io.stdout.write(id ? planIdMarkdown(plan, id) : "");
    default: {
      const theme = makeTheme(io.stdout, io.env);
      printFindings(findings, plan, settings, io);
      io.stdout.write(planText(plan, heading, theme));
      return io.stdout.write(id ? planIdText(plan, theme, id) : "");
    }
  }
}

/** Drift that does not count is none. */
function isNothing({ changes }: Plan, { command, exitCode }: Run): boolean {
  return exitCode === 0 && (changes.length === 0 || command === "drift");
}

/** The same for `Io.report`. */
export function makeReport(plan: Plan, run: Run, settings: Settings): Report {
  const findings = placeFindings(plan, settings);
  const heading = makeHeading(run, settings);
  const shown = selectConcerning(findings, plan);
  const first = settingsFindings(plan, settings);
  return {
    document: makeDocument(plan, run, [...first, ...findings]),
    findings: [...first, ...shown],
    markdown: (options) => planMarkdown(plan, heading, [...connectionFindings(settings), ...shown], options),
  };
}

/** What is wrong with the settings, if that is no error of the plan; for people, it is said before the cluster is asked, and in front of the changes. */
function settingsFindings({ settings: found }: Plan, settings: Settings): Finding[] {
  const weakened = settings.strict ? [] : weakeningFindings(found?.changes ?? []);
  return [...connectionFindings(settings), ...weakened];
}

function makeHeading({ command, began, causes, drift }: Run, settings: Settings): Heading {
  const { verbose: isVerbose, verifyPasswords: arePasswordsTried } = settings;
  const seconds = (performance.now() - began) / 1000;
  return {
    command,
    seconds,
    isVerbose,
    arePasswordsTried,
    causes,
    drift,
  };
}

/** The findings with their files named as seen from where the user stands. */
function placeFindings({ findings }: Plan, { directoryName }: Settings): Finding[] {
  return sortFindings(placeInDirectory(findings, directoryName));
}

function makeDocument(
  plan: Plan,
  { command, exitCode, requests, backup, about, drift, id }: Run,
  findings: readonly Finding[],
): PlanDocument {
  return makePlanDocument(plan, {
    command,
    exitCode,
    requests,
    findings,
    backup,
    about,
    drift,
    saved: id?.saved,
  });
}

/** What concerns the plan is printed; lint of entities that stay as they are is only counted. */
function printFindings(findings: readonly Finding[], plan: Plan, settings: Settings, io: Io): void {
  const printed = settings.verbose ? findings : selectConcerning(findings, plan);
  io.stderr.write(findingsText(printed, makeTheme(io.stderr, io.env)));
  const rest = findings.length - printed.length;
  if (rest > 0)
    io.stderr.write(`${formatQuantity(rest, "finding")} about entities that do not change (-v lists them)\n`);
}

/** What osac cannot make as the files say is told whether the entity changes or not. */
const aboutTheServer: ReadonlySet<string> = new Set([
  "not-supported",
  "skipped-differs",
  "unknown-live-field",
]);

function selectConcerning(findings: readonly Finding[], { changes }: Plan): Finding[] {
  const changed = new Set(changes.map(formatAddress));
  return findings.filter(
    ({ code, severity, kind, name }) =>
      severity === "error" ||
      name === undefined ||
      changed.has(`${kind}/${name}`) ||
      aboutTheServer.has(code),
  );
}
