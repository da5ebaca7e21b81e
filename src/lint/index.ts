import type { KindName } from "../model/kind-name.ts";
import { actionGroupRule } from "./action-groups.ts";
import { aliasTakeoverRule } from "./alias-takeover.ts";
import { allowlistRule } from "./allowlist.ts";
import { apiTokenRule } from "./api-tokens.ts";
import { auditCategoryRule } from "./audit-categories.ts";
import { dlsRule } from "./dls.ts";
import { domainSettingRule } from "./domain-settings.ts";
import { everywhereRule } from "./everywhere.ts";
import { accompaniedWildcardRule } from "./hidden-administration.ts";
import { hostNameRule, ignoredHostRule } from "./hosts.ts";
import { incompletePermissionRule } from "./incomplete-permissions.ts";
import { leftOutDomainRule } from "./left-out-domains.ts";
import { listenerRule } from "./listeners.ts";
import { listTextRule } from "./list-texts.ts";
import { loginRule } from "./user-logins.ts";
import { loosePatternRule } from "./loose-patterns.ts";
import { mixedFieldRule } from "./masked-fields.ts";
import { misplacedActionRule } from "./misplaced-actions.ts";
import { nameRule } from "./names.ts";
import { noEffectRule } from "./no-effect.ts";
import { numberRule } from "./numbers.ts";
import { onBehalfOfRule } from "./on-behalf-of.ts";
import { openMappingRule, unusableLoginRule } from "./open-doors.ts";
import { auditPatternRule } from "./patterns.ts";
import { restAdminGroupRule, restAdminRoleRule } from "./permissions.ts";
import { restrictionGapRule } from "./restriction-gaps.ts";
import { checkRoles } from "./role-blocks.ts";
import type { Rule } from "./rule.ts";
import { shadowedPermissionRule } from "./shadowed-permissions.ts";
import { staticFlagRule } from "./static-flag.ts";
import { tenantActionRule } from "./tenant-actions.ts";
import { unfilledVariableRule } from "./unfilled-variables.ts";
import { xffRule } from "./xff.ts";

const common: readonly Rule[] = [nameRule, everywhereRule, staticFlagRule];

/** The further rules of each kind. */
const ownRules: { readonly [Kind in KindName]?: readonly Rule[] } = {
  actiongroups: [listTextRule, restAdminGroupRule, actionGroupRule],
  allowlist: [allowlistRule],
  audit: [auditPatternRule, auditCategoryRule],
  config: [
    listenerRule,
    numberRule,
    onBehalfOfRule,
    apiTokenRule,
    ignoredHostRule,
    xffRule,
    domainSettingRule,
    leftOutDomainRule,
    unusableLoginRule,
  ],
  internalusers: [loginRule],
  nodesdn: [listTextRule],
  roles: [
    listTextRule,
    checkRoles([
      restAdminRoleRule,
      accompaniedWildcardRule,
      noEffectRule,
      misplacedActionRule,
      incompletePermissionRule,
      aliasTakeoverRule,
      loosePatternRule,
      shadowedPermissionRule,
      tenantActionRule,
      dlsRule,
      restrictionGapRule,
      unfilledVariableRule,
      mixedFieldRule,
    ]),
  ],
  rolesmapping: [listTextRule, hostNameRule, openMappingRule],
};

/** The rules for the entities of a kind. */
export function listRules(kind: KindName): readonly Rule[] {
  return [...common, ...(ownRules[kind] ?? [])];
}
