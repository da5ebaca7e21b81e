import { makeFinding } from "../errors.ts";
import type { Settings } from "../settings/settings.ts";
import type { Finding } from "../model/finding.ts";
import type { Plan } from "../model/plan.ts";
import { formatQuantity } from "../report/findings-text.ts";
import { countUnlistedLines } from "../report/plan-markdown.ts";
import { weakeningFindings } from "../report/protective-settings.ts";

/** The room for changes in a comment of GitHub, which takes 65,536 characters in total. */
const room = 50_000;

/** Adds the errors that the settings ask for: with `--strict`, and with `--require-full-list`. */
export function withSettingErrors(plan: Plan, settings: Settings): Plan {
  return withStrictSettings(withFullListError(plan, settings), settings);
}

/** Adds errors with `--strict` if the files weaken protective settings. Their messages include the places. */
export function withStrictSettings(plan: Plan, { strict, protection }: Settings): Plan {
  if (!strict) return plan;
  const errors = weakeningFindings(protection.changes, strict).map(({ at: _at, ...rest }) => rest);
  return { ...plan, findings: [...plan.findings, ...errors] };
}

/** Adds an error with `--require-full-list` if a comment could not list all changes for review. */
function withFullListError(plan: Plan, { requireFullList }: Settings): Plan {
  if (!requireFullList || plan.review?.stale) return plan;
  const unlisted = countUnlistedLines(plan, room);
  if (unlisted === 0) return plan;
  const finding: Finding = makeFinding("plan-too-long", {
    message: `${unlisted} of ${formatRoom(plan)} do not fit into a comment even as a list, so a review could not see them (--require-full-list)`,
    hint: "split the change into several pull requests; or read all of osac plan -v, and plan and apply once with --no-require-full-list (the Action's input require-full-list: false)",
    refusedBy: "guard",
  });
  return { ...plan, findings: [...plan.findings, finding] };
}

function formatRoom({ changes, settings }: Plan): string {
  const said = (settings?.changes.length ?? 0) + (settings?.protective.length ?? 0);
  return (
    formatQuantity(changes.length, "change") + (said === 0 ? "" : ` and ${formatQuantity(said, "setting")}`)
  );
}
