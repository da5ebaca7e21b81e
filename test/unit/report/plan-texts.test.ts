import { join } from "node:path";
import { expect, test } from "vitest";
import { kinds } from "../../../src/kinds/index.ts";
import type { Change } from "../../../src/model/change.ts";
import { driftKinds, type DriftCause, type DriftCounts, type DriftKind } from "../../../src/model/drift.ts";
import type { Plan } from "../../../src/model/plan.ts";
import { clusterDocument, makePlanDocument } from "../../../src/report/plan-json.ts";
import { planMarkdown } from "../../../src/report/plan-markdown.ts";
import { planText } from "../../../src/report/plan-text.ts";
import type { Theme } from "../../../src/report/theme.ts";
import { failOnDefault } from "../../../src/settings/drift-types.ts";
import { makeLive, makePlanned } from "../plan/planned.ts";

const plain: Theme = { isColoured: false, width: 80 };

const index = (patterns: string[], actions: string[], more: object = {}) => ({
  index_patterns: patterns,
  allowed_actions: actions,
  ...more,
});

const roles = makePlanned(
  kinds.roles,
  {
    same: { cluster_permissions: ["cluster_monitor"] },
    wider: {
      description: "new text",
      cluster_permissions: ["cluster_monitor", "cluster_all"],
      index_permissions: [index(["logs-*", "metrics-*"], ["read"], { dls: '{"match_all":{}}' })],
    },
    narrower: { cluster_permissions: [], index_permissions: [] },
    fresh: {
      cluster_permissions: ["cluster_composite_ops_ro"],
      tenant_permissions: [{ tenant_patterns: ["finance"], allowed_actions: ["kibana_all_read"] }],
    },
  },
  makeLive(
    kinds.roles,
    {
      same: { cluster_permissions: ["cluster_monitor"] },
      wider: {
        description: "old text",
        cluster_permissions: ["cluster_monitor"],
        index_permissions: [index(["logs-*"], ["read", "write"])],
      },
      narrower: { cluster_permissions: ["cluster_all"], index_permissions: [index(["hr"], ["crud"])] },
      gone: { cluster_permissions: ["cluster_all"] },
      handmade: { index_permissions: [index(["*"], ["*"])] },
    },
    { gone: {} },
  ),
  { prune: { roles: { mode: "all", include: ["gone"], exclude: [] } } },
);

const nothing = makePlanned(kinds.tenants, { a: {} }, makeLive(kinds.tenants, { a: {} }));
const one = makePlanned(
  kinds.tenants,
  { a: {}, b: { description: "b" } },
  makeLive(kinds.tenants, { a: {} }),
);
const many = makePlanned(
  kinds.tenants,
  Object.fromEntries(
    Array.from({ length: 40 }, (_, number) => [`tenant_${number}`, { description: `of team ${number}` }]),
  ),
  makeLive(kinds.tenants, { tenant_1: { description: "old" } }),
);
const users = makePlanned(
  kinds.internalusers,
  { ann: { hash: "${env.HASH}", backend_roles: ["b"] }, bob: { password: "plain-password" } },
  makeLive(kinds.internalusers, { ann: { hash: "", backend_roles: ["a"] } }),
);

const noted = (kind: "roles" | "tenants", name: string, more: object = {}) => ({
  kind,
  name,
  reason: "reserved",
  ...more,
});

const plans: Readonly<Record<string, Plan>> = {
  roles,
  nothing,
  one,
  many,
  users,
  "with everything else": {
    ...roles,
    id: "0123456789abcdef".repeat(4),
    skipped: [noted("roles", "s", { differs: true }), noted("tenants", "t")],
    ignored: [noted("roles", "i")],
    notCompared: [noted("roles", "u")],
    findings: [
      {
        code: "unused-variable",
        severity: "warning",
        message: "odd",
        kind: "roles",
        name: "wider",
        at: { file: "roles.yml", line: 2, column: 1 },
      },
      {
        code: "no-read-access",
        severity: "warning",
        message: "tenants cannot be read",
        hint: "give it a role",
        kind: "tenants",
      },
    ],
    settings: {
      protective: [{ name: "guards.max_deletes", value: 9, at: { file: "osac.yml", line: 3, column: 1 } }],
      bound: {},
      changes: [{ name: "strict", before: true, after: false, at: { file: "osac.yml", line: 1, column: 1 } }],
    },
    escalations: [
      {
        word: "everything",
        names: ["everything/user:ann"],
        principals: [{ kind: "user", name: "ann" }],
        effect: "may do everything",
        causes: [],
        allowed: { setBy: "osac.yml:3" },
      },
      {
        word: "weaker-audit",
        names: ["weaker-audit/audit"],
        principals: [],
        effect: "records less",
        causes: [{ kind: "audit", name: "config", at: { file: "audit.yml", line: 1, column: 1 } }],
      },
    ] as never,
    access: {
      changes: [
        {
          principals: [
            { kind: "user", name: "ann" },
            { kind: "backend-role", name: "ops" },
          ],
          direction: "gain",
          effect: "gains read on logs-*",
          before: "",
          after: "read",
          causes: [],
        },
        {
          principals: [{ kind: "everyone", name: "" }],
          direction: "loss",
          effect: "loses read on hr",
          before: "read",
          after: "",
          causes: [],
        },
      ],
      escalations: [],
      doubts: ["osac cannot tell what x reaches"],
    } as never,
  },
  "an administrator and unknown version": {
    ...one,
    cluster: { ...one.cluster, adminDn: "CN=admin", isVersionGuessed: true, name: undefined },
  },
  "not all seen": { ...nothing, notCompared: [noted("tenants", "x")] as never },
  "except for skipped and refused": {
    ...nothing,
    skipped: [noted("tenants", "x", { differs: true })],
    findings: [{ code: "unused-variable", severity: "error", message: "odd", kind: "tenants", name: "x" }],
  },
  "not supported": { ...nothing, notSent: [{}] as never },
  "a stale review": {
    ...one,
    review: { moved: one.changes, otherwise: [], stale: 1, applied: 0, id: "ab".repeat(32) },
  },
  "an applied review": {
    ...nothing,
    review: { moved: [], otherwise: [], stale: 0, applied: 2, id: "ab".repeat(32) },
  },
};

const run = { command: "plan", exitCode: 0, findings: [], requests: { GET: 1 } };

/** Compares with a text of `texts/`, which a person has read. */
const expectText = async (name: string, text: string): Promise<void> =>
  expect(text).toMatchFileSnapshot(join(import.meta.dirname, "texts", `${name}.txt`));

test.for(Object.entries(plans))("a plan: %s", async ([name, plan]) => {
  const heading = { command: "plan", seconds: 1.23, isVerbose: false };
  const findings = plan.findings;
  await expectText(
    `plan ${name}`,
    [
      planText(plan, heading, plain),
      planText(plan, { ...heading, command: "rollback", isVerbose: true }, plain),
      planMarkdown(plan, heading, findings, { about: "about", whole: "the whole" }),
      planMarkdown(plan, heading, findings, { limit: 900, about: "", whole: "the whole" }),
      planMarkdown(plan, heading, findings),
      JSON.stringify(makePlanDocument(plan, { ...run, findings })),
    ].join("\n\n"),
  );
});

test("a plan in colours", async () => {
  const text = planText(
    plans["with everything else"]!,
    { command: "plan", seconds: 0, isVerbose: true },
    { ...plain, isColoured: true },
  );
  await expectText("plan in colours", text.replaceAll("\u001B", "ESC"));
});

const counts = (given: Partial<Record<DriftKind, number>>): DriftCounts =>
  ({
    counts: { ...Object.fromEntries(driftKinds.map((kind) => [kind, 0])), ...given },
    failOn: failOnDefault,
  }) as DriftCounts;

const drifts: Readonly<Record<string, readonly [Plan, DriftCounts]>> = {
  "on both sides": [roles, counts({ live: 2, files: 1, both: 1, unmanaged: 1 })],
  none: [nothing, counts({})],
  "that does not count": [roles, { ...counts({ files: 3, skipped: 1, unmanaged: 2 }), failOn: ["live"] }],
  "of unknown cause": [one, counts({ unknown: 1, skipped: 2, escalation: 1 })],
  "not supported": [plans["not supported"]!, counts({})],
  "as far as the caller sees": [plans["not all seen"]!, counts({})],
  "with everything else": [plans["with everything else"]!, counts({ live: 1, skipped: 1, unmanaged: 1 })],
};

test.for(Object.entries(drifts))("drift: %s", async ([name, [plan, drift]]) => {
  const order: readonly DriftCause[] = ["live", "files", "both", "unknown"];
  const causes = new Map<Change, DriftCause>(
    plan.changes.map((change, place) => [change, order[place % 4]!]),
  );
  const heading = { command: "drift", seconds: 0.05, isVerbose: false, causes, drift };
  const about = (change: Change) => ({ cause: causes.get(change) });
  await expectText(
    `drift ${name}`,
    [
      planText(plan, heading, plain),
      planText(plan, { ...heading, isVerbose: true, arePasswordsTried: true }, plain),
      planMarkdown(plan, heading, plan.findings, { about: "about" }),
      JSON.stringify(
        makePlanDocument(plan, {
          ...run,
          command: "drift",
          exitCode: 2,
          findings: [],
          drift,
          about,
          backup: "b",
          saved: { file: "p" } as never,
        }),
      ),
    ].join("\n\n"),
  );
});

test.for<[Partial<Parameters<typeof clusterDocument>[0]>, ReturnType<typeof clusterDocument>]>([
  [{}, { name: "logs", uuid: "u-1", version: "2.19.4" }],
  [
    { name: undefined, uuid: undefined },
    { name: null, uuid: null, version: "2.19.4" },
  ],
  [{ isVersionGuessed: true }, { name: "logs", uuid: "u-1", version: null }],
])("the cluster in a document, of which %j is known", ([given, document]) => {
  const version = { major: 2, minor: 19, patch: 4 };
  expect(clusterDocument({ name: "logs", uuid: "u-1", version, isVersionGuessed: false, ...given })).toEqual(
    document,
  );
});
