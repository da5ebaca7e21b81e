import { actionGroupRule } from "./action-groups.ts";
import { allowlistRule } from "./allowlist.ts";
import { apiTokenRule } from "./api-tokens.ts";
import { auditCategoryRule } from "./audit-categories.ts";
import { dlsRule } from "./dls.ts";
import { domainSettingRule } from "./domain-settings.ts";
import { everywhereRule } from "./everywhere.ts";
import { ignoredHostRule } from "./hosts.ts";
import { listenerRule } from "./listeners.ts";
import { listTextRule } from "./list-texts.ts";
import { loginRule } from "./user-logins.ts";
import { mixedFieldRule } from "./masked-fields.ts";
import { nameRule } from "./names.ts";
import { noEffectRule } from "./no-effect.ts";
import { numberRule } from "./numbers.ts";
import { onBehalfOfRule } from "./on-behalf-of.ts";
import { openDoorRule } from "./open-doors.ts";
import { auditPatternRule } from "./patterns.ts";
import { restAdminRule } from "./permissions.ts";
import type { Rule } from "./rule.ts";
import { staticFlagRule } from "./static-flag.ts";
import { unfilledVariableRule } from "./unfilled-variables.ts";
import { xffRule } from "./xff.ts";

/** Every rule, each one file; all of them look at every entity. */
export const rules: readonly Rule[] = [
  nameRule,
  everywhereRule,
  staticFlagRule,
  listTextRule,
  auditPatternRule,
  restAdminRule,
  noEffectRule,
  dlsRule,
  unfilledVariableRule,
  mixedFieldRule,
  actionGroupRule,
  loginRule,
  listenerRule,
  numberRule,
  onBehalfOfRule,
  apiTokenRule,
  auditCategoryRule,
  allowlistRule,
  ignoredHostRule,
  xffRule,
  domainSettingRule,
  openDoorRule,
];
