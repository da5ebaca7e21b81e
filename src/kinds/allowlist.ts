import schema from "../../schemas/allowlist.schema.json" with { type: "json" };
import type { Kind } from "./kind.ts";

/** Which APIs may be called at all. One entity, owned whole; the one that locks everybody out at once. */
export const allowlist: Kind = {
  name: "allowlist",
  file: "allowlist.yml",
  path: "allowlist",
  schema,
  isSingle: true,
  patchDepth: "deepest",
  atLeastOne: {},
  needs: [],
  references: () => [],
};
