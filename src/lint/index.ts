import type { KindName } from "../model/kind-name.ts";
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
import { openMappingRule, unusableLoginRule } from "./open-doors.ts";
import { auditPatternRule } from "./patterns.ts";
import { restAdminGroupRule, restAdminRoleRule } from "./permissions.ts";
import { checkRoles } from "./role-blocks.ts";
import type { Rule } from "./rule.ts";
import { staticFlagRule } from "./static-flag.ts";
import { unfilledVariableRule } from "./unfilled-variables.ts";
import { xffRule } from "./xff.ts";

const common: readonly Rule[] = [nameRule, everywhereRule, staticFlagRule];

/** The rules of each kind. */
export const rules: { readonly [Kind in KindName]: readonly Rule[] } = {
  actiongroups: [...common, listTextRule, restAdminGroupRule, actionGroupRule],
  allowlist: [...common, allowlistRule],
  audit: [...common, auditPatternRule, auditCategoryRule],
  config: [
    ...common,
    listenerRule,
    numberRule,
    onBehalfOfRule,
    apiTokenRule,
    ignoredHostRule,
    xffRule,
    domainSettingRule,
    unusableLoginRule,
  ],
  internalusers: [...common, loginRule],
  nodesdn: [...common, listTextRule],
  roles: [
    ...common,
    listTextRule,
    checkRoles([restAdminRoleRule, noEffectRule, dlsRule, unfilledVariableRule, mixedFieldRule]),
  ],
  rolesmapping: [...common, listTextRule, openMappingRule],
  tenants: common,
};
