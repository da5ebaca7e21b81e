import schema from "../../schemas/allowlist.schema.json" with { type: "json" };
import type { Kind } from "./kind.ts";

/**
 * The APIs that callers may use: a single entity, managed as a whole document. A mistake in it locks out
 * every caller at once.
 */
export const allowlist: Kind = {
  name: "allowlist",
  label: "allowlist",
  file: "allowlist.yml",
  path: "allowlist",
  schema,
  isSingle: true,
  patchDepth: "deepest",
  atLeastOne: {},
  needs: [],
  decides: ["administration"],
  hasOwnGate: true,
  securityadmin: { withoutFile: "uploads-empty" },
  references: () => [],
};
