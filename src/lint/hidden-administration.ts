import { matches } from "../access/match-pattern.ts";
import { makeLintFinding } from "../errors.ts";
import type { LintFinding } from "../model/finding.ts";
import { formatPath } from "../value/path.ts";
import type { Value } from "../model/value.ts";
import { findTexts, listTexts, type TextAt } from "../value/texts.ts";
import type { RoleRule } from "./role-blocks.ts";
import type { TextCheck } from "./rule.ts";

/** What `*` alone does not permit, and a pattern such as `**`, `?*` or `restapi:*` does. */
const explicit = ["restapi:admin/roles", "restapi:admin/internalusers", "system:admin/system_index"];

/** Finds patterns that make their role an administrator without the words `restapi:admin/`. */
export const hiddenAdministration: TextCheck = (text) => (isHidden(text) ? hiddenFinding : undefined);

/** Finds a `*` that makes its role an administrator on old servers. */
export const accompaniedWildcardRule: RoleRule = ({ body }) =>
  findAccompanied(body["cluster_permissions"], "/cluster_permissions");

/** Up to 2.18, `*` permits them, too, if the role has another cluster permission (seen on 2.11.1). */
function findAccompanied(list: Value | undefined, pointer: string): LintFinding[] {
  if (listTexts(list).every((text) => text === "*")) return [];
  return findTexts(list, pointer, (text) => text === "*").map((at) =>
    makeLintFinding("hidden-administration", {
      pointer: at.pointer,
      message: `${formatPath(at.pointer)}: beside other permissions, "*" also matches restapi:admin/… before 2.19`,
      hint: 'remove the others, which "*" includes',
      servers: { until: "2.19" },
    }),
  );
}

function isHidden(text: string): boolean {
  // A pattern of one of these actions begins with a wildcard, with `/`, or as the action does.
  if (text === "*" || !/^[*?/rs].*[*?/]/s.test(text) || /^(?:restapi:admin|system:admin)\//.test(text))
    return false;
  return explicit.some((action) => matches(text, action) === "yes");
}

function hiddenFinding({ pointer, shown }: TextAt): LintFinding {
  return makeLintFinding("hidden-administration", {
    pointer,
    message: `${formatPath(pointer)}: ${shown} also matches restapi:admin/… or system:admin/…, which "*" does not`,
    hint: 'write "*" or the actions that are meant; name such permissions in full',
  });
}
