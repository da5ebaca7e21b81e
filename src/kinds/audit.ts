import schema from "../../schemas/audit.schema.json" with { type: "json" };
import type { Kind } from "./kind.ts";

/** The settings of the audit log: a single entity, managed as a whole document. */
export const audit: Kind = {
  name: "audit",
  label: "audit",
  file: "audit.yml",
  path: "audit",
  schema,
  isSingle: true,
  patchDepth: "deepest",
  atLeastOne: {},
  needs: [],
  decides: [],
  unconverted: ["audit", "compliance"],
  references: () => [],
};
