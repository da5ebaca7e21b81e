import { actionGroupRule } from "./action-groups.ts";
import { allowlistRule } from "./allowlist.ts";
import { apiTokenRule } from "./api-tokens.ts";
import { auditCategoryRule } from "./audit-categories.ts";
import { characterRule } from "./characters.ts";
import { dlsRule } from "./dls.ts";
import { domainSettingRule } from "./settings-of-domains.ts";
import { hostRule } from "./hosts.ts";
import { indexPatternRule } from "./index-patterns.ts";
import { listenerRule } from "./listeners.ts";
import { listItemRule } from "./list-items.ts";
import { loginRule } from "./logins.ts";
import { longTextRule } from "./long-texts.ts";
import { maskedFieldRule } from "./masked-fields.ts";
import { nameRule } from "./names.ts";
import { noEffectRule } from "./no-effect.ts";
import { numberRule } from "./numbers.ts";
import { onBehalfOfRule } from "./on-behalf-of.ts";
import { openDoorRule } from "./open-doors.ts";
import { patternRule } from "./patterns.ts";
import { permissionRule } from "./permissions.ts";
import type { Rule } from "./remark.ts";
import { staticFlagRule } from "./static-flag.ts";
import { unknownActionRule } from "./unknown-actions.ts";
import { unfilledVariableRule } from "./unfilled-variables.ts";
import { xffRule } from "./xff.ts";

/** Every rule, each one file; all of them look at every entity. */
export const rules: readonly Rule[] = [
  nameRule,
  characterRule,
  staticFlagRule,
  patternRule,
  permissionRule,
  unknownActionRule,
  noEffectRule,
  indexPatternRule,
  dlsRule,
  unfilledVariableRule,
  maskedFieldRule,
  actionGroupRule,
  loginRule,
  listItemRule,
  longTextRule,
  listenerRule,
  numberRule,
  onBehalfOfRule,
  apiTokenRule,
  auditCategoryRule,
  allowlistRule,
  hostRule,
  xffRule,
  domainSettingRule,
  openDoorRule,
];
