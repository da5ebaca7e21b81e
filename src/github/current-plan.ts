import { exitCodes } from "../errors.ts";
import type { Report } from "../report/report.ts";
import { formatAbout, describeWhole, type Ended, type Job } from "./job.ts";
import { makeOutputs, type Outputs } from "./outputs.ts";

/** How a step ended, and what its outputs tell of another run than that of its report. */
export interface Shown extends Ended {
  readonly outputs: Outputs;
}

/**
 * What is shown of a run: where a reviewed plan is stale, the plan of now as well, whose id can be applied next. Held to
 * an id, `apply` has shown it already; held to a saved plan, it says only what moved, or that the plan is of other files.
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
