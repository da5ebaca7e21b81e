import schema from "../../schemas/action_groups.schema.json" with { type: "json" };
import { isNonEmptyList } from "../value/record.ts";
import type { Kind } from "./kind.ts";
import { findGroupReferences } from "./group-references.ts";

/** Names for lists of actions. They refer to other action groups. */
export const actionGroups: Kind = {
  name: "actiongroups",
  label: "action group",
  file: "action_groups.yml",
  path: "actiongroups",
  schema,
  isSingle: false,
  patchDepth: "field",
  atLeastOne: { allowed_actions: [] },
  needs: ["roles"],
  decides: ["permissions", "administration"],
  versionOne: { fields: ["permissions", "readonly"], allowsLists: true },
  securityadmin: { withoutFile: "fails" },
  restAdminField: "allowed_actions",
  grants: {
    list: (body) => (isNonEmptyList(body["allowed_actions"]) ? [""] : []),
    loss: "loses its last action",
  },
  references: (_, body) => findGroupReferences(body["allowed_actions"], "/allowed_actions"),
};
