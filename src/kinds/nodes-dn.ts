import schema from "../../schemas/nodes_dn.schema.json" with { type: "json" };
import { isNonEmptyList } from "../value/record.ts";
import type { Kind } from "./kind.ts";

/** The certificates by which other clusters' nodes are known. Refer to nothing. */
export const nodesDn: Kind = {
  name: "nodesdn",
  file: "nodes_dn.yml",
  path: "nodesdn",
  schema,
  isSingle: false,
  patchDepth: "field",
  atLeastOne: { nodes_dn: [] },
  needs: [],
  grants: {
    list: (body) => (isNonEmptyList(body["nodes_dn"]) ? [""] : []),
    loss: "loses its last certificate",
  },
  references: () => [],
};
