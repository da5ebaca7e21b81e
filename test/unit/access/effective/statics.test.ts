import { expect, test } from "vitest";
import { withStatics } from "../../../../src/access/effective/statics.ts";
import { compareByCodeUnit } from "../../../../src/value/record.ts";
import { parseVersion } from "../../../../src/value/version.ts";
import type { Body } from "../../../../src/model/value.ts";
import { loadDefaults } from "../../../../src/simulator/defaults.ts";

/** What decides about access, with lists sorted whose order means nothing. */
function essence(body: Body): unknown {
  const index = (body["index_permissions"] ?? []) as Body[];
  return {
    cluster: sorted(body["cluster_permissions"]),
    actions: sorted(body["allowed_actions"]),
    index: index.map((block) => [block["index_patterns"], sorted(block["allowed_actions"])]),
  };
}

function sorted(list: unknown): string[] {
  return [...((list ?? []) as string[])].toSorted(compareByCodeUnit);
}

test.for(["2.11.1", "2.19.4", "3.4.0"])("what the plugin %s has built in is known", (version) => {
  const empty = new Map<string, Body>();
  const known = withStatics(
    new Map([
      ["roles", empty],
      ["actiongroups", empty],
      ["tenants", empty],
    ] as const),
    parseVersion(version),
  );
  const { static: shipped } = loadDefaults(version);
  for (const kind of ["roles", "actiongroups", "tenants"] as const) {
    const [ours, theirs] = [Object.fromEntries(known.get(kind)!), shipped[kind] as Record<string, Body>];
    expect(Object.keys(ours).toSorted()).toEqual(Object.keys(theirs).toSorted());
    for (const [name, body] of Object.entries(theirs)) expect(essence(ours[name]!)).toEqual(essence(body));
  }
});
