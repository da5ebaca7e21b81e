import { exitCodes } from "../exit-codes.ts";
import type { Report } from "../report/command-result.ts";
import { formatAbout, describeWhole, type Ended, type Job } from "./job.ts";
import { makeOutputs, type Outputs } from "./outputs.ts";

/** The end of a step, with outputs that come from another run than its report. */
export interface Shown extends Ended {
  readonly outputs: Outputs;
}

/**
 * Adds the current plan to the report of a stale plan, so that its id can be applied next. The report of
 * `--expect-plan` has the current plan already. The report of a saved plan only names what changed, or that
 * the plan is of other files.
 */
export async function addCurrentPlan(
  job: Job,
  ended: Ended,
  run: (job: Job) => Promise<Ended>,
): Promise<Shown> {
  if (ended.code !== exitCodes.stale.code || isCurrent(ended.report)) return { ...ended, outputs: {} };
  const { inputs } = job;
  const now = await run({
    ...job,
    inputs: { ...inputs, command: "plan", "plan-file": "", "expect-plan": "", "fail-on-changes": "" },
  });
  const markdown: Report["markdown"] = ({ limit = Infinity, ...options }) => {
    const stale = ended.report.markdown({ ...options, limit: limit / 2 });
    return `${stale}\n${now.report.markdown({ limit: limit - stale.length - 1, about: formatAbout(job, now), whole: describeWhole(job) })}`;
  };
  return { code: ended.code, report: { ...ended.report, markdown }, outputs: makeOutputs(now.report) };
}

function isCurrent({ document }: Report): boolean {
  return "changes" in document && document.review?.stale === 0;
}
