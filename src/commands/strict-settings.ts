import type { Settings } from "../config/settings/settings.ts";
import type { Plan } from "../model.ts";
import { withoutWarnings } from "../report/findings.ts";
import { weakeningFindings } from "../report/settings.ts";

/** The plan, refused with `--strict` where the files weaken what protects the cluster. The message has the place. */
export function withStrictSettings(plan: Plan, { strict, protection }: Settings): Plan {
  if (!strict) return plan;
  const errors = withoutWarnings(weakeningFindings(protection.changes)).map(({ at: _at, ...rest }) => rest);
  return { ...plan, findings: [...plan.findings, ...errors] };
}
