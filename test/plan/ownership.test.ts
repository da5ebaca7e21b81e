import { expect, test } from "vitest";
import { kinds } from "../../src/kinds/index.ts";
import { parseVersion } from "../../src/kinds/version.ts";
import type { Body, ClusterInfo, Declared } from "../../src/model.ts";
import { settleOwnership } from "../../src/plan/ownership.ts";
import { Secret } from "../../src/secret.ts";

const declared: Declared = {
  kind: "roles",
  name: "ours",
  body: { reserved: true, hidden: true },
  at: { file: "roles.yml", line: 1, column: 1 },
};

function settled(caller: Partial<ClusterInfo>, version: string, body: Body = declared.body) {
  const cluster = { ...caller, version: parseVersion(version), isVersionGuessed: false };
  const owned = settleOwnership(kinds.roles, cluster, new Map([["ours", { ...declared, body }]]), new Map(), {
    proved: new Map(),
  });
  const { reserved, hidden } = owned.desired.get("ours")!.body;
  return { reserved, hidden, notices: owned.findings.map(({ message }) => message) };
}

test("the admin certificate sets the flags that a file declares", () => {
  expect(settled({ adminDn: "CN=admin" }, "2.19")).toEqual({ reserved: true, hidden: true, notices: [] });
});

test("a placeholder for a flag sets it, too", () => {
  const body = { reserved: new Secret("true", "${env.ON}"), hidden: new Secret("false", "${env.OFF}") };

  expect(settled({ adminDn: "CN=admin" }, "2.19", body)).toEqual({
    reserved: true,
    hidden: undefined,
    notices: [],
  });
});

test("a server that lets nobody set hidden gets the entity without it, and a notice says so", () => {
  expect(settled({ adminDn: "CN=admin" }, "2.11")).toEqual({
    reserved: true,
    hidden: undefined,
    notices: ["hidden can be set on newer servers than this one; managed without"],
  });
});

test("a user manages the entity without its flags", () => {
  expect(settled({}, "3.4")).toEqual({
    reserved: undefined,
    hidden: undefined,
    notices: ["reserved and hidden can be set with the admin certificate only; managed without"],
  });
});

test.each(["__proto__", "a~1b", "a~0b", "a~2b"])(
  "%s, whose deletion by a patch would meet another entity, is not pruned, and a warning says so",
  (name) => {
    const entity = { name, body: {}, raw: {} };
    const cluster = { version: parseVersion("3.4"), isVersionGuessed: false };
    const owned = settleOwnership(kinds.roles, cluster, new Map(), new Map([[name, entity]]), {
      pruning: { mode: "all", include: ["*"], exclude: [] },
      proved: new Map(),
    });

    expect([...owned.live.keys()]).toEqual([]);
    expect(owned.unmanaged).toEqual([{ kind: "roles", name, reason: "no file declares it" }]);
    expect(owned.findings.map(({ code, severity }) => [code, severity])).toEqual([
      ["not-prunable", "warning"],
    ]);
  },
);
