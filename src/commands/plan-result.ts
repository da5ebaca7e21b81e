import type { Settings } from "../settings/settings.ts";
import { connectionFindings } from "../settings/pinned-settings.ts";
import { codeGroups } from "../codes.ts";
import { formatAddress } from "../kinds/address.ts";
import type { Change } from "../model/change.ts";
import type { DriftCause } from "../model/drift.ts";
import type { Finding } from "../model/finding.ts";
import type { Plan } from "../model/plan.ts";
import { formatQuantity, findingsText, placeInDirectory, sortFindings } from "../report/findings-text.ts";
import { makePlanDocument, type RunFacts } from "../report/plan-json.ts";
import { planIdMarkdown, planIdText, type IdFacts } from "../report/plan-id.ts";
import { planMarkdown } from "../report/plan-markdown.ts";
import { planText, type Heading } from "../report/plan-text.ts";
import type { Result } from "../report/command-result.ts";
import { weakeningFindings } from "../report/protective-settings.ts";
import type { Theme } from "../report/theme.ts";

/** The facts that a run adds to its plan. */
export interface Run extends Omit<RunFacts, "findings"> {
  /** `performance.now()` at the start. */
  readonly began: number;
  /** Present only for drift: the side that changed. */
  readonly causes?: ReadonlyMap<Change, DriftCause> | undefined;
  /** The facts beside the plan's id; without them the id is not shown. */
  readonly id?: IdFacts | undefined;
}

/** Makes the result of a plan in each format: the changes, with findings beside them. */
export function makePlanResult(plan: Plan, run: Run, settings: Settings): Result {
  const { id } = run;
  const heading = makeHeading(run, settings);
  const findings = sortFindings(placeInDirectory(plan.findings, settings.directoryName));
  const shown = selectConcerning(findings, plan);
  const first = settingsFindings(plan, settings);
  const concerning = [...connectionFindings(settings), ...shown];
  const facts = { ...run, findings: [...first, ...findings], saved: id?.saved };
  const document = () => makePlanDocument(plan, facts);
  return {
    document,
    before: (theme) => formatFindings(findings, shown, settings, theme),
    text: (theme) => planText(plan, heading, theme) + (id ? planIdText(plan, theme, id) : ""),
    isNothing: isNothing(plan, run),
    report: () => ({
      document: document(),
      findings: [...first, ...shown],
      // A report that stands alone ends with the id; otherwise the text above the report names it.
      markdown: (options) =>
        planMarkdown(plan, heading, concerning, options) +
        (id && options.about === undefined ? planIdMarkdown(plan, id) : ""),
    }),
  };
}

/** Returns true if there is nothing to report; drift that does not count is nothing to report. */
function isNothing({ changes }: Plan, { command, exitCode }: Run): boolean {
  return exitCode === 0 && (changes.length === 0 || command === "drift");
}

/**
 * Returns findings about settings that are no errors of the plan. On a terminal they are printed before the
 * first request, and above the changes.
 */
function settingsFindings({ settings: found }: Plan, settings: Settings): Finding[] {
  const weakened = settings.strict ? [] : weakeningFindings(found?.changes ?? []);
  return [...connectionFindings(settings), ...weakened];
}

function makeHeading({ command, began, causes, drift }: Run, settings: Settings): Heading {
  const { verbose: isVerbose, verifyPasswords: arePasswordsTried } = settings;
  const seconds = (performance.now() - began) / 1000;
  return { command, seconds, isVerbose, arePasswordsTried, causes, drift };
}

/** Prints findings that concern the plan, and counts lint of entities that do not change. */
function formatFindings(
  findings: readonly Finding[],
  shown: readonly Finding[],
  { verbose }: Settings,
  theme: Theme,
): string {
  const rest = findings.length - shown.length;
  if (verbose || rest === 0) return findingsText(findings, theme);
  return `${findingsText(shown, theme)}${formatQuantity(rest, "finding")} about entities that do not change (-v lists them)\n`;
}

/**
 * Codes of findings about the files alone, which a plan only counts for entities that do not change. Others
 * come from the comparison with the cluster, and are always shown.
 */
const aboutFiles: ReadonlySet<string> = new Set([
  ...Object.keys(codeGroups["Files and YAML"]),
  ...Object.keys(codeGroups["Entities and their fields"]),
  "flag-not-managed",
]);

function selectConcerning(findings: readonly Finding[], { changes }: Plan): Finding[] {
  const changed = new Set(changes.map(formatAddress));
  return findings.filter(
    ({ code, severity, kind, name }) =>
      severity === "error" || name === undefined || changed.has(`${kind}/${name}`) || !aboutFiles.has(code),
  );
}
