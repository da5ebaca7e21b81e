import type { Settings } from "../settings/settings.ts";
import type { Plan } from "../model/plan.ts";
import { toErrors } from "../report/findings-text.ts";
import { weakeningFindings } from "../report/protective-settings.ts";

/** The plan, refused with `--strict` where the files weaken what protects the cluster. The message has the place. */
export function withStrictSettings(plan: Plan, { strict, protection }: Settings): Plan {
  if (!strict) return plan;
  const errors = toErrors(weakeningFindings(protection.changes)).map(({ at: _at, ...rest }) => rest);
  return { ...plan, findings: [...plan.findings, ...errors] };
}
