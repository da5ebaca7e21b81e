import schema from "../../schemas/audit.schema.json" with { type: "json" };
import type { Kind } from "./kind.ts";

/** What is logged. One entity, owned whole. */
export const audit: Kind = {
  name: "audit",
  file: "audit.yml",
  path: "audit",
  schema,
  isSingle: true,
  patchDepth: "deepest",
  atLeastOne: {},
  needs: [],
  references: () => [],
};
