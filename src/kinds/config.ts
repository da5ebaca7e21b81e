import schema from "../../schemas/config.schema.json" with { type: "json" };
import type { Kind } from "./kind.ts";

/** How callers are authenticated. One entity, owned whole. */
export const config: Kind = {
  name: "config",
  file: "config.yml",
  path: "securityconfig",
  schema,
  isSingle: true,
  patchDepth: "deepest",
  atLeastOne: {},
  needs: [],
  references: () => [],
};
