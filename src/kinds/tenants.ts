import schema from "../../schemas/tenants.schema.json" with { type: "json" };
import type { Kind } from "./kind.ts";

/** Spaces for saved objects of Dashboards. They refer to no other kind. */
export const tenants: Kind = {
  name: "tenants",
  label: "tenant",
  file: "tenants.yml",
  path: "tenants",
  schema,
  isSingle: false,
  patchDepth: "field",
  atLeastOne: { description: "" },
  needs: [],
  decides: ["permissions"],
  securityadmin: { withoutFile: "fails" },
  references: () => [],
};
