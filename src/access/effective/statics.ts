import { isWithin } from "../../value/version.ts";
import type { Version } from "../../model/finding.ts";
import type { KindName } from "../../model/kind-name.ts";
import type { Body } from "../../model/value.ts";
import type { Documents } from "../documents.ts";
import shipped from "./static.json" with { type: "json" };

type Named = Readonly<Record<string, Body>>;

/**
 * The static entities, which the plugin has built in and no document contains: the same from 2.10 on, except
 * for one pattern.
 */
const statics: Readonly<Partial<Record<KindName, Named>>> = {
  actiongroups: shipped.actiongroups,
  roles: shipped.roles,
  tenants: { global_tenant: {} },
};

/** Adds the static entities to the documents. They win over entities of the same name. */
export function withStatics(documents: Documents, version: Version): Documents {
  const merged = new Map(documents);
  for (const [kind, entities] of Object.entries(statics) as [KindName, Named][]) {
    const given = documents.get(kind);
    if (given) merged.set(kind, new Map([...given, ...Object.entries(entities)]));
  }
  const roles = merged.get("roles");
  if (roles && !isWithin(version, { since: "2.17" }))
    merged.set("roles", new Map([...roles, ["logstash", withoutEcs(roles.get("logstash")!)]]));
  return merged;
}

/** The pattern `ecs-logstash-*` exists from 2.17 on. */
function withoutEcs(logstash: Body): Body {
  const text = JSON.stringify(logstash).replace(',"ecs-logstash-*"', "");
  return JSON.parse(text) as Body;
}
