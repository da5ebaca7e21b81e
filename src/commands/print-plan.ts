import type { Settings } from "../config/settings/settings.ts";
import { connectionFindings } from "../config/settings/trust.ts";
import { addressOf } from "../kinds/address.ts";
import type { Cause, Change, Finding, Plan } from "../model.ts";
import { counted, findingsText, inDirectory, sortFindings } from "../report/findings.ts";
import { jsonText } from "../report/json.ts";
import { planDocument, type PlanDocument, type RunFacts } from "../report/plan-json.ts";
import { planIdMarkdown, planIdText, type IdFacts } from "../report/plan-id.ts";
import { planMarkdown } from "../report/plan-markdown.ts";
import { planText, type Heading } from "../report/plan-text.ts";
import type { Report } from "../report/report.ts";
import { weakeningFindings } from "../report/settings.ts";
import { lookOf } from "../report/terminal.ts";
import type { Io } from "./io.ts";

/** What a run adds to its plan. */
export interface Run extends Omit<RunFacts, "findings"> {
  /** `performance.now()` at the start. */
  readonly began: number;
  /** Only of drift: which side changed. */
  readonly causes?: ReadonlyMap<Change, Cause>;
  /** What to say of the plan's id; nothing is said without. */
  readonly id?: IdFacts;
}

/** Prints a plan the way the user asked for: the result on standard output, findings beside it. */
export function printPlan(plan: Plan, run: Run, settings: Settings, io: Io): void {
  io.report?.(reportOf(plan, run, settings));
  if (settings.quiet && isNothing(plan, run)) return;
  const { id } = run;
  const heading = headingOf(run, settings);
  const findings = placed(plan, settings);
  switch (settings.output) {
    case "json":
      return io.stdout.write(jsonText(documentOf(plan, run, [...ofSettings(plan, settings), ...findings])));
    case "markdown":
      io.stdout.write(
        planMarkdown(plan, heading, [...connectionFindings(settings), ...concerning(findings, plan)]),
      );
      return io.stdout.write(id ? planIdMarkdown(plan, id) : "");
    default: {
      const look = lookOf(io.stdout, io.env);
      printFindings(findings, plan, settings, io);
      io.stdout.write(planText(plan, heading, look));
      return io.stdout.write(id ? planIdText(plan, look, id) : "");
    }
  }
}

/** Drift that does not count is none. */
function isNothing({ changes }: Plan, { command, exitCode }: Run): boolean {
  return exitCode === 0 && (changes.length === 0 || command === "drift");
}

/** The same for `Io.report`. */
export function reportOf(plan: Plan, run: Run, settings: Settings): Report {
  const findings = placed(plan, settings);
  const heading = headingOf(run, settings);
  const shown = concerning(findings, plan);
  const first = ofSettings(plan, settings);
  return {
    document: documentOf(plan, run, [...first, ...findings]),
    findings: [...first, ...shown],
    markdown: (options) => planMarkdown(plan, heading, [...connectionFindings(settings), ...shown], options),
  };
}

/** What is wrong with the settings, if that is no error of the plan; for people, it is said before the cluster is asked, and in front of the changes. */
function ofSettings({ settings: found }: Plan, settings: Settings): Finding[] {
  const weakened = settings.strict ? [] : weakeningFindings(found?.changes ?? []);
  return [...connectionFindings(settings), ...weakened];
}

function headingOf({ command, began, causes, drift }: Run, settings: Settings): Heading {
  const { verbose: isVerbose, verifyPasswords: arePasswordsTried } = settings;
  const seconds = (performance.now() - began) / 1000;
  return {
    command,
    seconds,
    isVerbose,
    arePasswordsTried,
    ...(causes ? { causes } : {}),
    ...(drift ? { drift } : {}),
  };
}

/** The findings with their files named as seen from where the user stands. */
function placed({ findings }: Plan, { directoryName }: Settings): Finding[] {
  return sortFindings(inDirectory(findings, directoryName));
}

function documentOf(
  plan: Plan,
  { command, exitCode, requests, backup, about, drift, id }: Run,
  findings: readonly Finding[],
): PlanDocument {
  return planDocument(plan, {
    command,
    exitCode,
    requests,
    findings,
    ...(backup === undefined ? {} : { backup }),
    ...(about ? { about } : {}),
    ...(drift ? { drift } : {}),
    ...(id?.saved ? { saved: id.saved } : {}),
  });
}

/** What concerns the plan is printed; lint of entities that stay as they are is only counted. */
function printFindings(findings: readonly Finding[], plan: Plan, settings: Settings, io: Io): void {
  const printed = settings.verbose ? findings : concerning(findings, plan);
  io.stderr.write(findingsText(printed, lookOf(io.stderr, io.env)));
  const rest = findings.length - printed.length;
  if (rest > 0) io.stderr.write(`${counted(rest, "finding")} on what does not change (-v lists all)\n`);
}

/** What osac cannot make as the files say is told whether the entity changes or not. */
const aboutTheServer: ReadonlySet<string> = new Set([
  "not-supported",
  "skipped-differs",
  "unknown-live-field",
]);

function concerning(findings: readonly Finding[], { changes }: Plan): Finding[] {
  const changed = new Set(changes.map(addressOf));
  return findings.filter(
    ({ code, severity, kind, name }) =>
      severity === "error" ||
      name === undefined ||
      changed.has(`${kind}/${name}`) ||
      aboutTheServer.has(code),
  );
}
