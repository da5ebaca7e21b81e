import { describe, expect, test } from "vitest";
import type {
  AccessCause,
  AccessChange,
  AccessDifference,
  AccessPrincipal,
} from "../../../src/model/access-change.ts";
import type { Escalation } from "../../../src/model/escalation.ts";
import {
  accessBlock,
  accessText,
  differenceMarkdown,
  differenceText,
  escalationBlock,
  escalationText,
  formatChange,
  isPrincipalKind,
  listDifference,
} from "../../../src/report/access-difference-text.ts";
import type { Theme } from "../../../src/report/theme.ts";
import { kinds } from "../../../src/kinds/index.ts";
import { makeLive, makePlanned } from "../plan/planned.ts";

const theme: Theme = { isColoured: false, width: 80 };
const plan = makePlanned(kinds.tenants, {}, makeLive(kinds.tenants, {}));
const stale = { stale: true } as never;

const list = <Item>(count: number, make: (place: number) => Item): Item[] =>
  Array.from({ length: count }, (_, place) => make(place + 1));

const users = (count: number): AccessPrincipal[] =>
  list(count, (place) => ({ kind: "user", name: `u${place}` }));

const change = (given: Partial<AccessChange> = {}): AccessChange => ({
  principals: users(1),
  direction: "gain",
  effect: "gains read on a",
  before: "",
  after: "",
  causes: [],
  ...given,
});

const difference = (given: Partial<AccessDifference> = {}): AccessDifference => ({
  changes: [],
  escalations: [],
  doubts: [],
  ...given,
});

const role = (place: number): AccessCause => ({ kind: "roles", name: `r${place}` });
const placed: AccessCause = { kind: "roles", name: "r", at: { file: "roles.yml", line: 3, column: 7 } };

const escalation = (given: Partial<Escalation> = {}): Escalation => ({
  word: "security-administration",
  names: ["security-administration/user:u1"],
  principals: users(1),
  effect: "becomes administrator of the security configuration",
  causes: [placed],
  ...given,
});

describe("one effect", () => {
  test.for<[Partial<AccessChange>, string]>([
    [{}, "user u1 gains read on a"],
    [{ example: "a1" }, "user u1 gains read on a, e.g. a1"],
    [{ perhaps: "an expression" }, "perhaps: user u1 gains read on a (an expression)"],
    [{ example: "a1", perhaps: "so" }, "perhaps: user u1 gains read on a, e.g. a1 (so)"],
    [{ causes: [placed] }, "user u1 gains read on a [roles.yml:3]"],
    [{ causes: list(3, role) }, "user u1 gains read on a [roles/r1, roles/r2, roles/r3]"],
    [{ causes: list(4, role) }, "user u1 gains read on a [roles/r1, roles/r2, roles/r3 and 1 more]"],
    [{ principals: users(2) }, "2 users (u1, u2) gain read on a"],
    [{ principals: users(3) }, "3 users (u1, u2, u3) gain read on a"],
    [{ principals: users(4) }, "4 users (u1, u2, u3 and 1 more) gain read on a"],
  ])("%j", ([given, text]) => {
    expect(formatChange(change(given))).toBe(text);
  });

  test.for<[AccessPrincipal["kind"], one: string, two: string]>([
    ["everyone", "everyone n1 gains x", "everyone (n1, n2) gain x"],
    ["anonymous", "anonymous callers n1 gain x", "anonymous callers (n1, n2) gain x"],
    ["user", "user n1 gains x", "2 users (n1, n2) gain x"],
    ["user-pattern", "users like n1 gain x", "users like (n1, n2) gain x"],
    ["backend-role", "backend role n1 gains x", "2 backend roles (n1, n2) gain x"],
    ["backend-role-pattern", "backend roles like n1 gain x", "backend roles like (n1, n2) gain x"],
    ["backend-roles", "whoever has backend roles n1 gains x", "whoever has backend roles (n1, n2) gain x"],
    ["host", "callers from n1 gain x", "callers from (n1, n2) gain x"],
  ])("has a word for the principal %s", ([kind, ...texts]) => {
    const told = [1, 2].map((count) =>
      formatChange(
        change({ effect: "gains x", principals: list(count, (place) => ({ kind, name: `n${place}` })) }),
      ),
    );
    expect([told, isPrincipalKind(kind)]).toEqual([texts, true]);
  });

  test("has one word for each kind of its principals, in their order", () => {
    const principals = [
      ...users(2),
      { kind: "backend-role", name: "ops" } as const,
      { kind: "user", name: "u3" } as const,
    ];
    expect(formatChange(change({ principals }))).toBe(
      "3 users (u1, u2, u3) and backend role ops gain read on a",
    );
    expect(formatChange(change({ principals: [{ kind: "everyone", name: "" }] }))).toBe(
      "everyone gains read on a",
    );
  });

  test.for([
    ["loses read on a", "lose read on a"],
    ["sees other documents of a", "see other documents of a"],
    ["becomes administrator of x", "become administrators of x"],
    ["is no longer administrator of x", "are no longer administrators of x"],
    ["uses Dashboards, gains nothing", "uses Dashboards, gains nothing"],
  ] as const)("%s, of many: %s", ([effect, of]) => {
    expect(formatChange(change({ effect, principals: users(2) }))).toBe(`2 users (u1, u2) ${of}`);
  });

  test.for([undefined, null, 1, "nobody", "toString"])("%j is no kind of principals", (kind) => {
    expect(isPrincipalKind(kind)).toBe(false);
  });
});

describe("the title", () => {
  const gain = change();
  const loss = change({ direction: "loss" });
  const other = change({ direction: "change" });
  const escalating = change({ escalation: "everything" });
  test.for<[string, Partial<AccessDifference>]>([
    ["Access: no access changes", {}],
    ["Access", { doubts: ["x"] }],
    ["Access: 1 gain", { changes: [gain] }],
    ["Access: 2 gains, 1 loss", { changes: [loss, gain, gain] }],
    ["Access: 2 losses, 1 other change", { changes: [loss, other, loss] }],
    ["Access: 1 gain, 1 loss, 2 other changes", { changes: [other, loss, other, gain] }],
    ["Access: 1 gain", { changes: [gain], doubts: ["x"] }],
    ["Access: 1 gain", { changes: [gain, escalating] }],
    ["Access: no other access changes", { changes: [escalating] }],
    ["Access", { changes: [escalating], doubts: ["x"] }],
  ])("%s", ([title, given]) => {
    const access = difference(given);
    expect(accessText({ ...plan, access }, theme, false).split("\n")[0]).toBe(title);
    expect(accessBlock({ access }, false)[0]!.title).toBe(title);
  });

  test("of a drift names its two sides", () => {
    const access = difference({ changes: [gain] });
    const title = "Access in the cluster, against the files: 1 gain";
    expect(accessText({ ...plan, access }, theme, true).split("\n")[0]).toBe(title);
    expect(accessBlock({ access }, true)[0]!.title).toBe(title);
  });
});

const numbered = (count: number): AccessDifference =>
  difference({ changes: list(count, (place) => change({ effect: `gains ${place}` })) });
const linesOf = (access: AccessDifference): string[] =>
  accessText({ ...plan, access }, theme, false)
    .trimEnd()
    .split("\n")
    .slice(1);

describe("the lines", () => {
  test.for<[count: number, last: string]>([
    [39, "  user u1 gains 39"],
    [40, "  user u1 gains 40"],
    [41, "  … and 1 more: the same command with --output json lists all"],
    [43, "  … and 3 more: the same command with --output json lists all"],
  ])("of %d effects end with %s", ([count, last]) => {
    expect([linesOf(numbered(count)).length, linesOf(numbered(count)).at(-1)]).toEqual([
      Math.min(count, 41),
      last,
    ]);
  });

  test("of Markdown are all of them", () => {
    expect(accessBlock({ access: numbered(43) }, false)).toEqual([
      {
        part: "danger",
        title: "Access: 43 gains",
        language: "diff",
        items: list(43, (place) => `  user u1 gains ${place}\n`),
      },
    ]);
  });

  test("are the ordinary effects, then the doubts", () => {
    const access = difference({
      changes: [change({ escalation: "everything" }), change()],
      doubts: ["x\u001B is not read"],
    });
    expect(linesOf(access)).toEqual(["  user u1 gains read on a", "  perhaps: x\\u001b is not read"]);
  });

  test.for<[Partial<NonNullable<AccessDifference["facts"]>>, string]>([
    [{ indices: 1 }, "1 index name"],
    [{ indices: 0 }, "0 index names"],
    [{ indices: 2, aliases: 1 }, "2 index names, 1 alias"],
    [{ indices: 2, aliases: 2, dataStreams: 1 }, "2 index names, 2 aliases, 1 data stream"],
    [{ indices: 2, dataStreams: 2 }, "2 index names, 2 data streams"],
    [{ nodeSettings: { a: true, b: ["x"] } }, 'node settings a: true, b: ["x"]'],
    [{ indices: 2, nodeSettings: { a: false } }, "2 index names; node settings a: false"],
  ])("end with the facts %j", ([facts, text]) => {
    const access = difference({ changes: [change()], facts: { nodeSettings: {}, ...facts } });
    expect(linesOf(access).at(-1)).toBe(`  computed with ${text}`);
    expect(accessBlock({ access }, false)[0]!.items.at(-1)).toBe(`  computed with ${text}\n`);
  });
});

describe("escalations", () => {
  const allowed = { setBy: "osac.yml:3", reason: "on call" };
  const entity = { word: "weaker-audit", principals: [], effect: "records less" } as const;

  test.for<[Partial<Escalation>, string]>([
    [
      {},
      "security-administration: user u1 becomes administrator of the security configuration [roles.yml:3]",
    ],
    [
      { causes: [], perhaps: "so" },
      "security-administration: perhaps: user u1 becomes administrator of the security configuration (so)",
    ],
    [
      { allowed, effect: "becomes it", causes: [] },
      "allowed security-administration: user u1 becomes it (osac.yml:3: on call)",
    ],
    [
      { allowed: { setBy: "--allow-escalation" }, effect: "becomes it", causes: [] },
      "allowed security-administration: user u1 becomes it (--allow-escalation)",
    ],
    [{ ...entity, causes: [placed] }, "weaker-audit: roles/r records less [roles.yml:3]"],
    [{ ...entity, causes: [role(1), placed] }, "weaker-audit: roles/r1, roles/r records less [roles.yml:3]"],
    [{ ...entity, causes: [role(1)] }, "weaker-audit: roles/r1 records less"],
  ])("%j", ([given, line]) => {
    const one = escalation(given);
    const mark = given.allowed === undefined ? "! " : "  ";
    const title = `Escalations: 1${given.allowed === undefined ? "" : ", 1 of them allowed"}`;
    expect(escalationText({ escalations: [one] }, theme)).toBe(`${title}\n  ${line}\n`);
    expect(escalationBlock({ escalations: [one] })).toEqual([
      { part: "danger", title, language: "diff", items: [`${mark}${line}\n`] },
    ]);
  });

  test("are counted with the allowed ones, which are not red", () => {
    const text = escalationText(
      { escalations: [escalation(), escalation({ allowed }), escalation()] },
      { ...theme, isColoured: true },
    );
    expect(text.split("\n")[0]).toContain("Escalations: 3, 1 of them allowed");
    expect(text.split("\n").map((line) => line.includes("\u001B[31m"))).toEqual([
      true,
      true,
      false,
      true,
      false,
    ]);
  });
});

describe("a difference by itself", () => {
  const made = change({ escalation: "everything", effect: "may do everything" });
  const access = difference({ changes: [made, change()], escalations: [made], doubts: ["x"] });

  test("has its escalations first", () => {
    expect(differenceText(access, "From a to b", theme)).toBe(
      [
        "Escalations: 1",
        "  everything: user u1 may do everything",
        "",
        "From a to b: 1 gain",
        "  user u1 gains read on a",
        "  perhaps: x",
        "",
      ].join("\n"),
    );
    expect(differenceText(difference(), "From a to b", theme)).toBe("From a to b: no access changes\n");
    expect(listDifference(access)).toEqual([
      { text: "everything: user u1 may do everything", isDangerous: true },
      { text: "user u1 gains read on a", isDangerous: false },
      { text: "perhaps: x", isDangerous: false },
    ]);
  });

  test("as Markdown names its sides and what it was computed from", () => {
    const options = { about: "about it", whole: "the artifact" };
    expect(differenceMarkdown(access, { before: "a", after: "b`c" }, " basis\n", options)).toBe(
      [
        "### Access: 1 gain",
        "From a to ``` b`c ```",
        "about it",
        "**Escalations: 1**",
        "```diff\n! everything: user u1 may do everything\n```",
        "```diff\n  user u1 gains read on a\n  perhaps: x\n```",
        "```text\nbasis\n```",
        "",
      ]
        .join("\n\n")
        .replace(/\n\n$/, "\n"),
    );
  });
});

test("a plan that is stale, or compared no access, says nothing about it", () => {
  const access = difference({ changes: [change()] });
  const escalations = [escalation()];
  expect(accessText({ ...plan, access, review: stale }, theme, false)).toBe("");
  expect(accessText(plan, theme, false)).toBe("");
  expect(accessBlock({ access, review: stale }, false)).toEqual([]);
  expect(accessBlock({}, false)).toEqual([]);
  expect(escalationText({ escalations, review: stale }, theme)).toBe("");
  expect(escalationText({}, theme)).toBe("");
  expect(escalationBlock({ escalations, review: stale })).toEqual([]);
  expect(escalationBlock({ escalations: [] })).toEqual([]);
});
