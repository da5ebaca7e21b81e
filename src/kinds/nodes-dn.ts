import schema from "../../schemas/nodes_dn.schema.json" with { type: "json" };
import { isNonEmptyList } from "../value/record.ts";
import type { Kind } from "./kind.ts";

/** The DNs of the certificates by which nodes of other clusters authenticate. They refer to no other kind. */
export const nodesDn: Kind = {
  name: "nodesdn",
  label: "nodes DN",
  file: "nodes_dn.yml",
  path: "nodesdn",
  schema,
  isSingle: false,
  patchDepth: "field",
  atLeastOne: { nodes_dn: [] },
  needs: [],
  decides: [],
  hasOwnGate: true,
  enabledBy: "plugins.security.nodes_dn_dynamic_config_enabled",
  securityadmin: { withoutFile: "uploads-empty" },
  grants: {
    list: (body) => (isNonEmptyList(body["nodes_dn"]) ? [""] : []),
    loss: "loses its last certificate",
  },
  references: () => [],
};
