import schema from "../../schemas/action_groups.schema.json" with { type: "json" };
import { isFilled } from "./canonical.ts";
import type { Kind } from "./kind.ts";
import { groupReferences } from "./group-references.ts";

/** Names for lists of actions. Refer to other action groups. */
export const actionGroups: Kind = {
  name: "actiongroups",
  file: "action_groups.yml",
  path: "actiongroups",
  schema,
  isSingle: false,
  patchDepth: "field",
  atLeastOne: { allowed_actions: [] },
  needs: ["roles"],
  guardedBy: "allowed_actions",
  powers: {
    of: (body) => (isFilled(body["allowed_actions"]) ? [""] : []),
    loss: "loses its last action",
  },
  references: (_, body) => groupReferences(body["allowed_actions"], "/allowed_actions"),
};
