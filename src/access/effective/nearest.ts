import type { Access } from "./access.ts";
import type { Decision, Link, Missing } from "./answer.ts";
import { coveringNames } from "./facts.ts";
import { coverWith, findClusterPermission, findGrantors } from "./permissions.ts";
import type { Caller } from "./subject.ts";

/** The most entries that a report shows. */
const linksMax = 5;

/** Adds to a decision the entries that come closest to each missing permission. */
export function withNearest(access: Access, caller: Caller, decision: Decision): Decision {
  if (decision.verdict !== "denied" && decision.verdict !== "partly") return decision;
  const missing = decision.missing.map((one) => ({ ...one, nearest: findNearest(access, caller, one) }));
  return { ...decision, missing };
}

/** The most common mistake comes first: the action is in the list of the other level. */
function findNearest(access: Access, caller: Caller, missing: Missing): readonly Link[] {
  switch (missing.need) {
    case "cluster-permission":
      return elsewhere(access, caller, missing.what);
    case "index-permission":
      return [
        ...misplaced(access, caller, missing.what),
        ...covering(access, caller, missing.names[0]),
        ...elsewhere(access, caller, missing.what),
      ].slice(0, linksMax);
    default:
      return missing.nearest;
  }
}

/** Finds the action among the cluster permissions, where an index action permits nothing. */
function misplaced(access: Access, caller: Caller, action: string): readonly Link[] {
  const found = findClusterPermission(access, caller, action);
  return found.is === "yes" ? found.chain.filter(({ kind }) => kind === "roles") : [];
}

/** Finds patterns for the name, in blocks without the action. */
function covering(access: Access, caller: Caller, name: string | undefined): Link[] {
  if (name === undefined) return [];
  const names = access.names ? coveringNames(access.names, name) : [name];
  const blocks = caller.roles.flatMap((mapped) => access.findRole(mapped.name)?.blocks ?? []);
  return blocks.flatMap((block) => {
    const found = coverWith(access, caller, block, name, names);
    return found.is === "yes" ? found.chain : [];
  });
}

/** Finds entries of index permissions that permit the action on other names. */
function elsewhere(access: Access, caller: Caller, action: string): Link[] {
  const grantors = findGrantors(access, caller, action);
  const links = grantors.flatMap(({ block, action: found }) => {
    const entry = found.is === "yes" ? found.chain.find(({ kind }) => kind === "roles") : undefined;
    return entry === undefined ? [] : [...block.patterns.map(({ link }) => link).slice(0, 1), entry];
  });
  return links.slice(0, linksMax);
}
