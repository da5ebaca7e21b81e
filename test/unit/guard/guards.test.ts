import { describe, expect, test } from "vitest";
import { guardFindings, type GuardChoice } from "../../../src/guard/index.ts";
import { findDestructiveEffects } from "../../../src/kinds/destructive.ts";
import type { Change } from "../../../src/model/change.ts";
import type { Declared } from "../../../src/model/entity.ts";
import type { Finding } from "../../../src/model/finding.ts";
import type { KindName } from "../../../src/model/kind-name.ts";
import type { Body } from "../../../src/model/value.ts";

const at = { file: "roles.yml", line: 1, column: 1 };
const can: Body = { cluster_permissions: ["cluster_monitor"] };

/** Nothing refuses but what a test sets. */
const open: GuardChoice = { deletes: { max: 100 }, deleteShare: { max: 100 }, allowed: [] };

const deletions = (count: number, kind: KindName = "roles"): Change[] =>
  Array.from({ length: count }, (_, index) => ({
    action: "delete",
    kind,
    name: `old_${index + 1}`,
    before: can,
  }));

interface Given {
  readonly changes: readonly Change[];
  readonly managed: number;
  readonly choice?: Partial<GuardChoice>;
  /** How many entities the files declare. */
  readonly declared?: number;
}

function found({ changes, managed, choice, declared = 1 }: Given): Finding[] {
  const entities = Array.from({ length: declared }, (_, index): [string, Declared] => [
    `own_${index}`,
    { kind: "roles", name: `own_${index}`, body: can, at },
  ]);
  const directory = {
    path: "",
    kinds: new Map([["roles" as const, new Map(entities)]]),
    ignored: [],
    findings: [],
  };
  const plan = { changes, managed: { roles: managed } };
  return guardFindings({ plan, directory, choice: { ...open, ...choice } });
}

const codes = (given: Given): string[] => found(given).map(({ code }) => code);

const allowing = (...addresses: string[]) => ({
  allowed: addresses.map((address) => ({ address, setBy: "--allow-delete", isFlag: true })),
});

/** Deletes so many of fifty. */
const withLimit = (count: number, limit: number, allowed: GuardChoice["allowed"] = []): string[] =>
  codes({
    changes: deletions(count),
    managed: 50,
    choice: { deletes: { max: limit }, allowed },
  });

const withShare = (count: number, managed: number, most: number): string[] =>
  codes({ changes: deletions(count), managed, choice: { deleteShare: { max: most } } });

/** Deletes two of ten, and creates another one. */
const renaming = (after: Body, choice: Partial<GuardChoice>): string[] => {
  const created: Change = { action: "create", kind: "roles", name: "new", after };
  return codes({ changes: [...deletions(2), created], managed: 10, choice });
};

/** Deletes so many of three. */
const ofThree = (count: number, ...allowed: string[]): string[] =>
  codes({ changes: deletions(count), managed: 3, choice: allowing(...allowed) });

const unused = (isFlag: boolean): Finding[] =>
  found({
    changes: deletions(1),
    managed: 9,
    choice: { allowed: [{ address: "roles/gone", setBy: "here", isFlag }] },
  });

const losses = (kind: KindName, before: Body, after: Body): string[] =>
  findDestructiveEffects({
    action: "update",
    kind,
    name: kind === "config" ? "config" : "it",
    before,
    after,
  }).map(({ address }) => address);
const on = (field: string, patterns: string, actions: string[], names = ["a"]): Body => ({
  [field]: [{ [patterns]: names, allowed_actions: actions }],
});

const loss: Change = { action: "update", kind: "roles", name: "own", before: can, after: {} };

const domains = (...enabled: boolean[]): Body => ({
  dynamic: {
    authc: Object.fromEntries(enabled.map((isOn, index) => [`d${index}`, { http_enabled: isOn }])),
  },
});

const shareOfDomains = (before: Body, after: Body): string[] =>
  codes({
    changes: [loss, { action: "update", kind: "config", name: "config", before, after }],
    managed: 9,
    choice: { deleteShare: { max: 25 } },
  });

const findMessage = (setBy?: string) =>
  found({ changes: deletions(1), managed: 9, choice: { deletes: { max: 0, setBy } } })[0]!.message;

describe("what a refusal says, and how to go on", () => {
  test.each<[string, Given, string, string]>([
    [
      "of one deletion too many",
      { changes: deletions(1), managed: 9, choice: { deletes: { max: 0 } } },
      "1 deletion in one run, and at most 0 are allowed (the default of --max-deletes): roles/old_1; nothing was written",
      "to allow exactly this, add it to guards.allow_delete in osac.yml, or pass --allow-delete roles/old_1; or raise the limit: --max-deletes 1",
    ],
    [
      "of a deletion and a revocation",
      { changes: [...deletions(1), loss], managed: 9, choice: { deletes: { max: 1, setBy: "osac.yml:3" } } },
      "1 deletion and 1 revocation in one run, and at most 1 are allowed (set by osac.yml:3): roles/old_1, roles/own (loses its last permission); nothing was written",
      "to allow exactly this, add it to guards.allow_delete in osac.yml, or pass --allow-delete roles/old_1 --allow-delete roles/own; or raise the limit: --max-deletes 2",
    ],
    [
      "of one entity as too large a share",
      { changes: deletions(1), managed: 12, choice: { deleteShare: { max: 5 } } },
      "1 deletion is 8.4% of the 12 managed, and at most 5% are allowed (the default of --max-delete-share): roles/old_1; nothing was written",
      "to allow exactly this, add it to guards.allow_delete in osac.yml, or pass --allow-delete roles/old_1; or raise the limit: --max-delete-share 9%",
    ],
    [
      "of several entities as too large a share",
      {
        changes: deletions(2),
        managed: 10,
        choice: { deleteShare: { max: 10, setBy: "OSAC_MAX_DELETE_SHARE" } },
      },
      "2 deletions are 20% of the 10 managed, and at most 10% are allowed (set by OSAC_MAX_DELETE_SHARE): roles/old_1, roles/old_2; nothing was written",
      "to allow exactly this, add it to guards.allow_delete in osac.yml, or pass --allow-delete roles/old_1 --allow-delete roles/old_2; or raise the limit: --max-delete-share 20%",
    ],
    [
      "of the last ones of a kind",
      { changes: deletions(2), managed: 2 },
      "the plan would delete the last of the managed entities: roles/old_1, roles/old_2; nothing was written",
      "to allow exactly this, add it to guards.allow_delete in osac.yml, or pass --allow-delete roles/old_1 --allow-delete roles/old_2",
    ],
    [
      "of files that declare nothing",
      { changes: deletions(1), managed: 9, declared: 0 },
      "the files of this run declare no entity, and the plan would delete: roles/old_1; nothing was written",
      "to allow exactly this, add it to guards.allow_delete in osac.yml, or pass --allow-delete roles/old_1",
    ],
  ])("%s", (_, given, message, hint) => {
    expect(found(given)).toEqual([
      expect.objectContaining({ severity: "error", refusedBy: "guard", message, hint }),
    ]);
  });
});

describe("most deletions in one run", () => {
  test.each([0, 1, 5])("a limit of %i lets as many go, and no more", (limit) => {
    if (limit > 0) expect(withLimit(limit - 1, limit)).toEqual([]);
    expect(withLimit(limit, limit)).toEqual([]);
    expect(withLimit(limit + 1, limit)).toEqual(["too-many-deletes"]);
  });

  test("what is allowed by name spends nothing of it", () => {
    expect(withLimit(6, 5, allowing("roles/old_3").allowed)).toEqual([]);
    expect(withLimit(7, 5, allowing("roles/old_3").allowed)).toEqual(["too-many-deletes"]);
  });

  test("revocations spend it as well", () => {
    const choice = { deletes: { max: 2 } };
    expect(codes({ changes: [...deletions(1), loss], managed: 50, choice })).toEqual([]);
    expect(codes({ changes: [...deletions(2), loss], managed: 50, choice })).toEqual(["too-many-deletes"]);
  });

  test("the message names ten, and counts the rest", () => {
    const [finding] = found({ changes: deletions(12), managed: 100, choice: { deletes: { max: 5 } } });
    expect(finding!.message).toMatch(/^12 deletions in one run, and at most 5 are allowed/);
    expect(finding!.message).toContain("roles/old_10 and 2 more; nothing was written");
    expect(finding!.message).not.toContain("old_11");
    expect(finding).toMatchObject({ severity: "error", refusedBy: "guard" });
  });

  test.each([
    [1, "roles/old_1;", "pass --allow-delete roles/old_1; or raise the limit: --max-deletes 1"],
    [10, "roles/old_10;", "--allow-delete roles/old_10; or raise the limit: --max-deletes 10"],
    [11, "roles/old_10 and 1 more;", "--allow-delete roles/old_10 …; or raise the limit: --max-deletes 11"],
  ])("of %i the message names ten, and the hint allows exactly those", (count, named, hint) => {
    const [finding] = found({ changes: deletions(count), managed: 100, choice: { deletes: { max: 0 } } });
    expect(finding!.message).toContain(named);
    expect(finding!.hint).toMatch(
      /^to allow exactly this, add it to guards\.allow_delete in osac\.yml, or pass --allow-delete roles\/old_1\b/,
    );
    expect(finding!.hint!.endsWith(hint)).toBe(true);
    expect(finding!.hint).not.toContain("old_11");
  });

  test("the message says where the limit was set", () => {
    expect(findMessage()).toContain("(the default of --max-deletes)");
    expect(findMessage("OSAC_MAX_DELETES")).toContain("(set by OSAC_MAX_DELETES)");
    expect(findMessage("security/osac.yml:3")).toContain("(set by security/osac.yml:3)");
  });
});

describe("share of a kind", () => {
  test("a limit of 20 % lets two of ten go, and three of fifteen", () => {
    expect([withShare(1, 10, 20), withShare(2, 10, 20)]).toEqual([[], []]);
    expect(withShare(3, 10, 20)).toEqual(["too-large-delete-share"]);
    expect(withShare(3, 15, 20)).toEqual([]);
    expect(withShare(4, 15, 20)).toEqual(["too-large-delete-share"]);
  });

  test("it counts from ten entities on, and a limit of nothing counts always", () => {
    expect(withShare(5, 9, 20)).toEqual([]);
    expect(withShare(5, 10, 20)).toEqual(["too-large-delete-share"]);
    expect(withShare(1, 2, 0)).toEqual(["too-large-delete-share"]);
  });

  test("a rename takes no share: what is created with the same content stands for one that goes", () => {
    const tenth = { deleteShare: { max: 10 } };
    expect(renaming(can, tenth)).toEqual([]);
    expect(renaming({ cluster_permissions: ["other"] }, tenth)).toEqual(["too-large-delete-share"]);
    expect(renaming(can, { deleteShare: { max: 9 } })).toEqual(["too-large-delete-share"]);
    expect(renaming(can, { deletes: { max: 1 } })).toEqual(["too-many-deletes"]);
  });

  test("a limit of nothing refuses the first one, and one of everything none", () => {
    expect(withShare(1, 100, 0)).toEqual(["too-large-delete-share"]);
    expect(withShare(99, 100, 100)).toEqual([]);
  });

  test("a share a little over the limit does not read like the limit", () => {
    const [finding] = found({
      changes: deletions(21),
      managed: 104,
      choice: { deleteShare: { max: 20 } },
    });
    expect(finding!.message).toContain("are 20.2% of the 104 managed, and at most 20% are allowed");
    expect(finding!.hint).toContain("--max-delete-share 21%");
  });

  test("another kind's entities do not make room", () => {
    const changes = [...deletions(3), ...deletions(3, "tenants")];
    const directory = { path: "", kinds: new Map(), ignored: [], findings: [] };
    const plan = { changes, managed: { roles: 100, tenants: 10 } };
    const choice = { ...open, deleteShare: { max: 20 } };
    const kinds = guardFindings({ plan, directory, choice })
      .filter(({ code }) => code === "too-large-delete-share")
      .map(({ kind }) => kind);
    expect(kinds).toEqual(["tenants"]);
  });

  test("the domains of config are what its share is counted in", () => {
    expect(shareOfDomains(domains(true, true, true, true), domains(false, true, true, true))).toEqual([]);
    expect(shareOfDomains(domains(true, true, true, false), domains(false, true, true, false))).toEqual([
      "too-large-delete-share",
    ]);
  });

  test("a kind of one entity that has no domains, or is new, has no share to lose", () => {
    const [one, two] = [domains(true), domains(false)];
    const changes: Change[] = [
      { action: "update", kind: "audit", name: "config", before: one, after: two },
      { action: "create", kind: "config", name: "config", after: one },
    ];
    expect(codes({ changes, managed: 1, choice: { deleteShare: { max: 0 } } })).toEqual([]);
  });
});

describe("a kind that would become empty", () => {
  test("the last one stays, whatever the limits", () => {
    expect(ofThree(1)).toEqual([]);
    expect(ofThree(2)).toEqual([]);
    expect(ofThree(3)).toEqual(["empty-kind"]);
  });

  test("it takes leave for each of them", () => {
    expect(ofThree(3, "roles/old_1", "roles/old_2")).toEqual(["empty-kind"]);
    expect(ofThree(3, "roles/old_1", "roles/old_2", "roles/old_3")).toEqual([]);
  });

  test("a kind that gets something new does not become empty", () => {
    const created: Change = { action: "create", kind: "roles", name: "new", after: can };
    expect(codes({ changes: [...deletions(3), created], managed: 3 })).toEqual([]);
    const elsewhere: Change = { ...created, kind: "tenants" };
    expect(codes({ changes: [...deletions(3), elsewhere], managed: 3 })).toEqual(["empty-kind"]);
  });
});

describe("an empty directory", () => {
  test("deletes nothing, but what is allowed by name", () => {
    const changes = deletions(1);
    expect(codes({ changes, managed: 9, declared: 1 })).toEqual([]);
    expect(codes({ changes, managed: 9, declared: 0 })).toEqual(["empty-directory"]);
    expect(codes({ changes, managed: 9, declared: 0, choice: allowing("roles/old_1") })).toEqual([]);
  });

  test("is one in which no kind declares anything, and revocations are not deletions", () => {
    const tenants = new Map([["own", { kind: "tenants" as const, name: "own", body: {}, at }]]);
    const kinds = new Map([
      ["roles" as const, new Map<string, Declared>()],
      ["tenants" as const, tenants],
    ]);
    const plan = { changes: deletions(1), managed: { roles: 9 } };
    const directory = { path: "", kinds, ignored: [], findings: [] };
    expect(guardFindings({ plan, directory, choice: open })).toEqual([]);
    expect(codes({ changes: [loss], managed: 9, declared: 0 })).toEqual([]);
  });

  test("that deletes nothing is none of a guard's business", () => {
    expect(codes({ changes: [], managed: 0, declared: 0 })).toEqual([]);
  });
});

test("every guard that refuses says so, not the first alone, and names the kind that it is about", () => {
  const choice = { deletes: { max: 1 }, deleteShare: { max: 20 } };
  const refusals = found({ changes: deletions(10), managed: 10, declared: 0, choice });
  expect(refusals.map(({ code, kind }) => [code, kind])).toEqual([
    ["too-many-deletes", undefined],
    ["too-large-delete-share", "roles"],
    ["empty-kind", "roles"],
    ["empty-directory", undefined],
  ]);
});

describe("an approval that allows nothing", () => {
  const message =
    "here allows roles/gone to be deleted, but this plan neither deletes it nor revokes its permissions";

  test("is a warning on the command line", () => {
    expect(unused(true)).toEqual([
      { code: "unused-approval", severity: "warning", message, hint: "is the name right?" },
    ]);
  });

  test("is a notice about its entity in osac.yml", () => {
    const hint = "remove it: an approval that stays forever disables the guard for that name";
    expect(unused(false)).toEqual([{ code: "unused-approval", severity: "notice", message, hint }]);
  });
});

test("an approval of an escalation that the plan does not have is a notice in osac.yml", () => {
  const names = ["everything/user:ann", "everything/user:bob"];
  const allowedEscalations = names.map((address) => ({ address, setBy: "osac.yml:3", isFlag: false }));
  const escalation = {
    word: "everything",
    names: names.slice(0, 1),
    principals: [],
    effect: "",
    causes: [],
  } as const;
  const allowed = { ...escalation, allowed: { setBy: "osac.yml:3" } };
  const plan = { changes: [], managed: {}, escalations: [allowed] };
  const directory = { path: "", kinds: new Map(), ignored: [], findings: [] };
  expect(guardFindings({ plan, directory, choice: open, allowedEscalations })).toMatchObject([
    {
      code: "unused-approval",
      severity: "notice",
      message: "osac.yml:3 allows everything/user:bob as an escalation, but this plan has no such escalation",
    },
  ]);
});

test("the hint can be copied to a shell, whatever the name", () => {
  const changes: Change[] = [{ action: "delete", kind: "roles", name: "it's *", before: can }];
  const [finding] = found({ changes, managed: 9, choice: { deletes: { max: 0 } } });
  expect(finding!.hint).toContain(String.raw`--allow-delete 'roles/it'\''s \*'`);
});

describe("revocation", () => {
  test.each<[string, KindName, Body, Body, string[]]>([
    ["a mapping's last user", "rolesmapping", { users: ["a"] }, { users: [] }, ["rolesmapping/it"]],
    ["a mapping's last host", "rolesmapping", { hosts: ["a"] }, {}, ["rolesmapping/it"]],
    [
      "a mapping's last joint backend roles",
      "rolesmapping",
      { and_backend_roles: ["a"] },
      {},
      ["rolesmapping/it"],
    ],
    ["one list of a mapping", "rolesmapping", { users: ["a"], hosts: ["b"] }, { hosts: ["b"] }, []],
    ["a mapping's users for backend roles", "rolesmapping", { users: ["a"] }, { backend_roles: ["b"] }, []],
    ["a mapping that was empty", "rolesmapping", {}, {}, []],
    ["a role's last cluster permission", "roles", can, { cluster_permissions: [] }, ["roles/it"]],
    [
      "a role's last actions on indices",
      "roles",
      on("index_permissions", "index_patterns", ["read"]),
      on("index_permissions", "index_patterns", []),
      ["roles/it"],
    ],
    [
      "a role's last indices",
      "roles",
      on("index_permissions", "index_patterns", ["read"]),
      on("index_permissions", "index_patterns", ["read"], []),
      ["roles/it"],
    ],
    [
      "a role's last tenant",
      "roles",
      on("tenant_permissions", "tenant_patterns", ["kibana_all_read"]),
      {},
      ["roles/it"],
    ],
    [
      "one of a role's permissions",
      "roles",
      { ...can, ...on("index_permissions", "index_patterns", ["read"]) },
      can,
      [],
    ],
    ["an action group's last action", "actiongroups", { allowed_actions: ["a"] }, {}, ["actiongroups/it"]],
    [
      "the last certificate of another cluster",
      "nodesdn",
      { nodes_dn: ["CN=a"] },
      { nodes_dn: [] },
      ["nodesdn/it"],
    ],
    [
      "a domain of authentication that is removed",
      "config",
      { dynamic: { authc: { a: { http_enabled: true }, b: { http_enabled: true } } } },
      { dynamic: { authc: { b: { http_enabled: true } } } },
      ["config/dynamic/authc/a"],
    ],
    [
      "a domain of authorization that is switched off",
      "config",
      { dynamic: { authz: { a: { http_enabled: true } } } },
      { dynamic: { authz: { a: { http_enabled: false } } } },
      ["config/dynamic/authz/a"],
    ],
    [
      "a domain that was off",
      "config",
      { dynamic: { authc: { a: { http_enabled: false } } } },
      { dynamic: { authc: {} } },
      [],
    ],
    ["a tenant's description", "tenants", { description: "a" }, {}, []],
  ])("%s", (_, kind, before, after, expected) => {
    expect(losses(kind, before, after)).toEqual(expected);
  });
});
