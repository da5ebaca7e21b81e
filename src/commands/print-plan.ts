import type { Settings } from "../config/settings.ts";
import type { Change, Finding, Plan } from "../model.ts";
import { counted, findingsText, inDirectory, sortFindings } from "../report/findings.ts";
import { jsonText } from "../report/json.ts";
import { planDocument, type RunFacts } from "../report/plan-json.ts";
import { planIdMarkdown, planIdText, type IdFacts } from "../report/plan-id.ts";
import { planMarkdown } from "../report/plan-markdown.ts";
import { planText } from "../report/plan-text.ts";
import { lookOf } from "../report/terminal.ts";
import type { Io } from "./io.ts";

interface Run extends Omit<RunFacts, "findings"> {
  /** `performance.now()` at the start. */
  readonly began: number;
  /** What to say of a change beside its name. */
  readonly note?: (change: Change) => string;
  /** What to say of the plan's id; nothing is said without. */
  readonly id?: IdFacts;
}

/** Prints a plan the way the user asked for: the result on standard output, findings beside it. */
export function printPlan(plan: Plan, { began, note, id, ...run }: Run, settings: Settings, io: Io): void {
  const heading = {
    command: run.command,
    seconds: (performance.now() - began) / 1000,
    isVerbose: settings.verbose,
    ...(note ? { note } : {}),
    ...(run.drift ? { drift: run.drift } : {}),
  };
  const findings = sortFindings(inDirectory(plan.findings, settings.directoryName));
  switch (settings.output) {
    case "json":
      return io.stdout.write(
        jsonText(planDocument(plan, { ...run, findings, ...(id?.saved ? { saved: id.saved } : {}) })),
      );
    case "markdown":
      io.stdout.write(planMarkdown(plan, heading, concerning(findings, plan)));
      return io.stdout.write(id ? planIdMarkdown(plan, id) : "");
    default: {
      const look = lookOf(io.stdout, io.env);
      printFindings(findings, plan, settings, io);
      io.stdout.write(planText(plan, heading, look));
      return io.stdout.write(id ? planIdText(plan, look, id) : "");
    }
  }
}

/** What concerns the plan is printed; lint of entities that stay as they are is only counted. */
function printFindings(findings: readonly Finding[], plan: Plan, settings: Settings, io: Io): void {
  const printed = settings.verbose ? findings : concerning(findings, plan);
  io.stderr.write(findingsText(printed, lookOf(io.stderr, io.env)));
  const rest = findings.length - printed.length;
  if (rest > 0) io.stderr.write(`${counted(rest, "finding")} on what does not change (-v lists all)\n`);
}

function concerning(findings: readonly Finding[], { changes }: Plan): Finding[] {
  const changed = new Set(changes.map(({ kind, name }) => `${kind}/${name}`));
  return findings.filter(
    ({ severity, kind, name }) =>
      severity === "error" || name === undefined || changed.has(`${kind}/${name}`),
  );
}
