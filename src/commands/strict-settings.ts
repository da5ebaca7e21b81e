import type { Settings } from "../settings/settings.ts";
import type { Plan } from "../model/plan.ts";
import { toErrors } from "../report/findings-text.ts";
import { weakeningFindings } from "../report/protective-settings.ts";

/** Adds errors with `--strict` if the files weaken protective settings. Their messages include the places. */
export function withStrictSettings(plan: Plan, { strict, protection }: Settings): Plan {
  if (!strict) return plan;
  const errors = toErrors(weakeningFindings(protection.changes)).map(({ at: _at, ...rest }) => rest);
  return { ...plan, findings: [...plan.findings, ...errors] };
}
