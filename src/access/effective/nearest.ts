import type { Access } from "./access.ts";
import type { Decision, Link, Missing } from "./answer.ts";
import { coveringNames } from "./facts.ts";
import { coverWith, findClusterPermission, findGrantors } from "./permissions.ts";
import type { Caller } from "./subject.ts";

/** As many as a reader wants to look at. */
const linksMax = 5;

/** The decision with the entries that come closest to each permission that is missing. */
export function withNearest(access: Access, caller: Caller, decision: Decision): Decision {
  if (decision.verdict !== "denied" && decision.verdict !== "partly") return decision;
  const missing = decision.missing.map((one) => ({ ...one, nearest: findNearest(access, caller, one) }));
  return { ...decision, missing };
}

/** The commonest mistake comes first: the action stands in the list of the other level. */
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

/** Among the cluster permissions, where an index action gives nothing. */
function misplaced(access: Access, caller: Caller, action: string): readonly Link[] {
  const found = findClusterPermission(access, caller, action);
  return found.is === "yes" ? found.chain.filter(({ kind }) => kind === "roles") : [];
}

/** Patterns for the name, without the action. */
function covering(access: Access, caller: Caller, name: string | undefined): Link[] {
  if (name === undefined) return [];
  const names = access.names ? coveringNames(access.names, name) : [name];
  const blocks = caller.roles.flatMap((mapped) => access.findRole(mapped.name)?.blocks ?? []);
  return blocks.flatMap((block) => {
    const found = coverWith(access, caller, block, name, names);
    return found.is === "yes" ? found.chain : [];
  });
}

/** Entries of index permissions that permit the action, on other names. */
function elsewhere(access: Access, caller: Caller, action: string): Link[] {
  const grantors = findGrantors(access, caller, action);
  const links = grantors.flatMap(({ block, action: found }) => {
    const entry = found.is === "yes" ? found.chain.find(({ kind }) => kind === "roles") : undefined;
    return entry === undefined ? [] : [...block.patterns.map(({ link }) => link).slice(0, 1), entry];
  });
  return links.slice(0, linksMax);
}
