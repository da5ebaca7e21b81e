import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Status } from "../../../src/cluster/status/status.ts";
import type { Finding } from "../../../src/model/finding.ts";
import { auditEntries } from "../../../src/report/audit-entries.ts";
import type { DatedCertificate } from "../../../src/report/certificate-expiry.ts";
import { formatCommand } from "../../../src/report/command-line.ts";
import {
  comparisonDocument,
  comparisonMarkdown,
  comparisonText,
} from "../../../src/report/comparison-text.ts";
import { exportDocument, exportText, type ExportResult } from "../../../src/report/export-text.ts";
import { failureReport, failureResult } from "../../../src/report/failure-markdown.ts";
import { annotations } from "../../../src/report/github-annotations.ts";
import { initText } from "../../../src/report/init-text.ts";
import { failureDocument, jsonText } from "../../../src/report/json-text.ts";
import { junitReport } from "../../../src/report/junit.ts";
import { directDocument } from "../../../src/report/maintenance-json.ts";
import { serviceReportText } from "../../../src/report/service-report-text.ts";
import { makeStaleSections, reviewedSummary, staleSummary } from "../../../src/report/stale-sections.ts";
import { statusDocument } from "../../../src/report/status-json.ts";
import { certificatesText, statusText } from "../../../src/report/status-text.ts";
import { verificationText } from "../../../src/report/verification-text.ts";
import type { Theme } from "../../../src/report/theme.ts";
import { kinds } from "../../../src/kinds/index.ts";
import { parseVersion } from "../../../src/value/version.ts";
import { makeLive, makePlanned } from "../plan/planned.ts";

const plain: Theme = { isColoured: false, width: 80 };
const coloured: Theme = { isColoured: true, width: 80 };
const cluster = { name: "logs", uuid: "u-1", version: parseVersion("2.19.4"), isVersionGuessed: false };

/** Compares with a text of `texts/`, which a person has read. */
const expectText = async (name: string, text: string): Promise<void> =>
  expect(text).toMatchFileSnapshot(join(import.meta.dirname, "texts", `${name}.txt`));

const dated = (subject: string, days: number, given: Partial<DatedCertificate> = {}): DatedCertificate => ({
  subject,
  issuer: "CN=ca",
  notAfter: "2026-03-01T00:00:00Z",
  nodes: ["n1", "n2"],
  uses: ["http"],
  days,
  ...given,
});

const certificates = [
  dated("CN=old", -1),
  dated("CN=today", 0, { nodes: [] }),
  dated("CN=late", 29, { uses: ["http", "transport"] }),
  dated("CN=much-longer-name", 30),
];

const noWrite = { reason: "the server does not let the caller write it", hint: "give it a role" };

const status: Status = {
  url: "https://cluster:9200",
  isReachable: true,
  cluster,
  service: "amazon",
  caller: { kind: "user", name: "ann", backendRoles: ["staff", "ops"], roles: ["r1", "r2"] },
  health: { status: "UP", message: "fine" },
  kinds: [
    { kind: "roles", readable: true, writable: true },
    { kind: "tenants", readable: true, writable: false, ...noWrite },
    { kind: "rolesmapping", readable: true, writable: false, ...noWrite },
    { kind: "audit", readable: false, writable: false, reason: "the server has it switched off" },
  ],
  documents: new Map(),
  certificates: [],
  areAllCertificates: true,
  findings: [],
};

const refused = { readable: false, writable: false, reason: "no" };

const statuses: Readonly<
  Record<string, readonly [Partial<Status>, ("loaded" | "failed" | undefined)?, DatedCertificate[]?]>
> = {
  whole: [{}, "loaded", certificates],
  "of the connection": [{ areAllCertificates: false, service: undefined }, undefined, certificates],
  "not reachable": [{ isReachable: false, cluster: undefined, caller: undefined, kinds: [] }],
  "not usable": [{ cluster: undefined, caller: undefined, kinds: [], health: { status: "unknown" } }],
  "plain HTTP": [{ url: "http://cluster", kinds: [] }, "failed"],
  "nothing of its own": [
    {
      cluster: { ...cluster, name: undefined, uuid: undefined, isVersionGuessed: true },
      caller: { kind: "token", backendRoles: [], roles: [] },
      health: { status: "DOWN" },
      kinds: [],
    },
  ],
  "no uuid": [
    {
      cluster: { ...cluster, uuid: undefined },
      kinds: [],
      caller: { kind: "nobody", name: "anonymous", backendRoles: [], roles: ["a"] },
    },
  ],
  iam: [{ caller: { kind: "iam", name: "arn:aws:iam::1:role/x", backendRoles: [], roles: [] }, kinds: [] }],
  administrator: [
    {
      caller: { kind: "certificate", name: "CN=admin", ignoredUser: "ann", backendRoles: [], roles: [] },
      kinds: [],
    },
  ],
  "certificate of a user": [{ caller: { kind: "certificate", backendRoles: [], roles: ["a"] }, kinds: [] }],
  "nothing readable": [
    {
      kinds: [
        { kind: "roles", ...refused },
        { kind: "tenants", ...refused },
      ],
    },
  ],
};

describe("osac status", () => {
  test.for(Object.entries(statuses))("%s", async ([name, [given, reload, dates = []]]) => {
    const told = statusText({ ...status, ...given }, { reload, findings: [] } as never, dates, 30, plain);
    await expectText(`status ${name}`, told);
  });

  test("has colours for what is good, doubtful and bad", async () => {
    const all = [
      statusText(status, { reload: "loaded", findings: [] }, certificates, 30, coloured),
      statusText(
        { ...status, health: { status: "DOWN" }, cluster: undefined },
        { reload: "failed", findings: [] },
        [],
        30,
        coloured,
      ),
      statusText({ ...status, health: { status: "unknown" } }, { findings: [] }, [], 30, coloured),
      statusText({ ...status, isReachable: false }, { findings: [] }, [], 30, coloured),
    ];
    await expectText("status in colours", all.join("\n").replaceAll("\u001B", "ESC"));
  });

  test("as JSON has null for what is not known", () => {
    const run = { exitCode: 2, certificates, findings: [] };
    expect(statusDocument(status, { reload: "loaded", findings: [] }, run)).toMatchObject({
      version: 1,
      command: "status",
      exitCode: 2,
      cluster: { url: "https://cluster:9200", reachable: true, name: "logs", uuid: "u-1" },
      service: "amazon",
      caller: status.caller,
      health: status.health,
      reload: "loaded",
      kinds: status.kinds,
      certificates,
      certificatesFrom: "cluster",
    });
    const unknown = {
      ...status,
      cluster: undefined,
      service: undefined,
      caller: undefined,
      areAllCertificates: false,
    };
    expect(statusDocument(unknown, { findings: [] }, run)).toMatchObject({
      cluster: { url: "https://cluster:9200", reachable: true },
      service: null,
      caller: null,
      reload: null,
      certificatesFrom: "connection",
    });
  });

  test("lists no certificates where there are none", () => {
    expect(certificatesText([], "", 30, plain)).toBe("");
  });
});

const call = (path: string, status: number, body: unknown, headers: Record<string, string> = {}) => ({
  path,
  answer: {
    status,
    headers,
    text: typeof body === "string" ? body : JSON.stringify(body),
    body: typeof body === "string" ? undefined : (body as never),
  },
});

describe("the report about a service", () => {
  test("shows status, fields and messages, and no name or value", async () => {
    const jsonHeaders = {
      "content-type": "application/json; charset=UTF-8",
      "x-opensearch-version": "OpenSearch/2.19.4",
    };
    const said =
      "User: arn:aws:iam::123456789012:role/secret-role is not authorized on search.my-domain.us-east-1.es.amazonaws.com, 123456789012, User [name=ann, x]";
    await expectText(
      "service report",
      serviceReportText([
        call(
          "/",
          200,
          { name: "secret", version: { number: "2.19.4", distribution: "opensearch" } },
          jsonHeaders,
        ),
        call("/a", 403, { Message: said }),
        call("/b", 403, { message: "lower", status: "FORBIDDEN" }),
        call("/c", 200, { message: { secret: 1 }, other: 2 }),
        call("/d", 502, "  <html>secret</html>", { "content-type": "text/html" }),
        call("/e", 0, ""),
        call("/f", 500, `plain ${"x".repeat(400)}`),
        call("/api/nodesdn", 200, { secret_one: 1, secret_two: 2 }),
        call("/api/nodesdn", 403, { status: "FORBIDDEN" }),
        call("/api/audit", 200, { config: 1 }),
      ]),
    );
  });
});

const files: ExportResult["files"] = [
  { file: "osac.yml", result: "written" },
  { file: "ca.pem", result: "written" },
  { file: "pipeline/roles.yml", result: "written" },
  { file: ".github/workflows/osac-plan.yml", result: "written" },
  { file: ".github/workflows/osac-apply.yml", result: "written" },
  { file: ".github/workflows/osac-drift.yml", result: "written" },
  { file: "notes.md", result: "written" },
  { file: "roles.yml", result: "written", kind: "roles", entities: 1 },
  { file: "tenants.yml", result: "unchanged", kind: "tenants", entities: 2 },
] as ExportResult["files"];

const placeholders = [
  { variable: "OSAC_HASH_ANN", kind: "internalusers", name: "ann", field: "hash" },
  { variable: "LDAP", kind: "config", name: "config", field: "dynamic.ldap.password" },
] as ExportResult["placeholders"];

const exported: ExportResult = { cluster, directory: "security", files, placeholders };
const unnamed = { ...exported, cluster: { ...cluster, name: undefined }, placeholders: [] };

describe("osac export and osac init", () => {
  test("list the files, the variables and what is next", async () => {
    const workflows = { hasWorkflows: true, hasPipeline: false };
    await expectText(
      "export",
      exportText(exported, plain) + exportText({ ...unnamed, isWhole: true }, plain),
    );
    await expectText("export in colours", exportText(exported, coloured).replaceAll("\u001B", "ESC"));
    await expectText("init", initText(exported, workflows, plain));
    await expectText(
      "init of a pipeline",
      initText(unnamed, { hasWorkflows: false, hasPipeline: true }, plain),
    );
    await expectText("init in colours", initText(exported, workflows, coloured).replaceAll("\u001B", "ESC"));
  });

  test("as JSON name the command", () => {
    expect(exportDocument({ ...exported, isWhole: true }, 0, [])).toEqual({
      version: 1,
      command: "export",
      exitCode: 0,
      cluster: expect.objectContaining({ name: "logs" }),
      directory: "security",
      files,
      placeholders,
      findings: [],
    });
    expect(exportDocument(exported, 0, [], "init").command).toBe("init");
  });
});

const findings: Finding[] = [
  {
    code: "unknown-setting",
    severity: "error",
    message: 'a <b> & "c"\nd',
    at: { file: "x:y,%.yml", line: 2, column: 3 },
    hint: "50%\nmore",
  },
  { code: "unused-variable", severity: "warning", message: "unused", kind: "roles", name: "r" },
];

describe("findings for other programs", () => {
  test("as JUnit are test cases, of which errors fail", async () => {
    await expectText(
      "junit",
      junitReport([
        { name: "osac plan", findings },
        { name: "osac apply", findings: [], skipped: "not <now>" },
      ]) + junitReport([{ name: "osac", findings: [] }]),
    );
  });

  test.for<[severities: string, skipped: string | undefined, counts: string]>([
    ["", undefined, 'tests="1" failures="0" errors="0" skipped="0"'],
    ["", "why", 'tests="1" failures="0" errors="0" skipped="1"'],
    ["error", undefined, 'tests="1" failures="1" errors="0" skipped="0"'],
    ["warning", undefined, 'tests="1" failures="0" errors="0" skipped="0"'],
    ["notice error error", undefined, 'tests="3" failures="2" errors="0" skipped="0"'],
    ["error", "why", 'tests="1" failures="1" errors="0" skipped="0"'],
  ])("as JUnit count %j and the skipped one %j", ([severities, skipped, counts]) => {
    const found = severities.split(" ").flatMap((severity) => {
      const one = findings.find((finding) => finding.severity === severity) ?? findings[1]!;
      return severity === "" ? [] : [{ ...one, severity: severity as Finding["severity"] }];
    });
    const report = junitReport([{ name: "a", findings: found, skipped }]);
    expect(report.match(/(?<=<testsuites? (?:name="a" )?)tests.*(?=>)/g)).toEqual([counts, counts]);
    expect(report.match(/<testcase /g)).toHaveLength(Number(/\d+/.exec(counts)![0]));
    expect(report.match(/<failure /g) ?? []).toHaveLength(Number(/failures="(\d+)/.exec(counts)![1]));
    expect(report.match(/<skipped /g) ?? []).toHaveLength(Number(/skipped="(\d+)/.exec(counts)![1]));
  });

  test("as annotations are escaped as the runner reads them", async () => {
    await expectText("annotations", annotations(findings));
  });

  test("of a run that failed are a document, Markdown and a text", async () => {
    const report = failureReport("plan", 3, findings);
    expect(report.document).toEqual(failureDocument("plan", 3, findings));
    expect(failureDocument(undefined, 3, [])).toEqual({
      version: 1,
      command: null,
      exitCode: 3,
      summary: { errors: 0, warnings: 0, notices: 0 },
      findings: [],
    });
    await expectText(
      "failure",
      report.markdown({ about: "about" }) + failureReport(undefined, 1, []).markdown({}),
    );
    const result = failureResult("plan", 3, findings);
    expect(result.text(plain)).toBe("");
    expect(result.before?.(plain)).toContain("unused-variable");
    expect(result.document()).toEqual(report.document);
  });

  test("as JSON mask what a message quotes of a secret, and no name", () => {
    const text = jsonText({ name: "x", message: "y", list: [1] });
    expect(text).toBe('{\n  "name": "x",\n  "message": "y",\n  "list": [\n    1\n  ]\n}\n');
  });

  test("as JSON an invisible character hides nothing and moves no cursor", () => {
    const document = { name: "\u{9b}2J\u{202e}a\u{200b}\u{2028}\u{3164}\u{e0041}\u{7f}", text: "Ü 汉 😀" };
    const text = jsonText(document);
    expect(text.replaceAll("\n", "")).toMatch(/^[ -~Ü汉😀]*$/u);
    expect(JSON.parse(text)).toEqual(document);
  });
});

const { changes } = makePlanned(
  kinds.tenants,
  { a: { description: "new" }, b: { description: "same" }, c: { description: "c" } },
  makeLive(kinds.tenants, { a: { description: "old" }, b: { description: "same" } }),
);

describe("osac compare", () => {
  const comparison = { before: "dev", after: "prod", changes, compared: 3, findings: [] };

  test("shows what only one of two targets has, and what differs", async () => {
    const none = { ...comparison, changes: [], compared: 1 };
    await expectText(
      "compare",
      [
        comparisonText(comparison, plain),
        comparisonText(none, plain),
        comparisonMarkdown(comparison, { about: "about" }),
        comparisonMarkdown(none, {}),
      ].join("\n"),
    );
    expect(comparisonDocument(comparison, 2)).toMatchObject({
      version: 1,
      command: "compare",
      exitCode: 2,
      before: "dev",
      after: "prod",
      summary: { create: 1, update: 1, delete: 0, compared: 3 },
      findings: [],
    });
  });
});

describe("a reviewed plan", () => {
  const review = {
    moved: changes,
    otherwise: [],
    stale: 1,
    applied: 0,
    id: "0123456789abcdef".repeat(4),
  } as never;
  const short = "0123456789abcdef".repeat(2);

  test("that is stale shows what has changed", () => {
    expect(makeStaleSections(review)).toEqual([
      { title: "Changed in the cluster since the plan was made:", changes },
    ]);
    expect(makeStaleSections({ ...(review as object), moved: [], otherwise: changes } as never)).toEqual([
      { title: "Would be written now, compared with the reviewed plan:", changes },
    ]);
    expect(staleSummary(review, plain)).toBe(
      `Stale: 1 change of plan ${short} can no longer be made as reviewed; nothing was written\n`,
    );
    expect(staleSummary({ ...(review as object), id: "", stale: 2 } as never, plain)).toBe(
      "Stale: 2 changes of the plan can no longer be made as reviewed; nothing was written\n",
    );
  });

  test.for([
    [0, "."],
    [1, ", the cluster holds its 1 change."],
    [2, ", the cluster holds its 2 changes."],
  ] as const)("of which %i changes are applied has nothing left to do", ([applied, end]) => {
    expect(reviewedSummary({ ...(review as object), applied } as never, plain)).toBe(
      `Already applied: plan ${short} has nothing left to do${end}`,
    );
  });
});

describe("what the cluster answers to the same question", () => {
  const asked = { status: 403, request: "GET /logs/_search", says: "no permissions" };

  test.for<[string, object | undefined, string, string]>([
    ["nothing", undefined, "user:ann", ""],
    [
      "the same",
      { ...asked, result: "agrees" },
      "user:ann",
      "  verified: the cluster answers 403 to GET /logs/_search: no permissions\n",
    ],
    [
      "no answer",
      { result: "not-verified", reason: "no password" },
      "user:ann",
      "  not verified: no password\n",
    ],
    [
      "no usable answer",
      { ...asked, result: "not-verified", reason: "odd" },
      "user:ann",
      "  not verified: odd, to GET /logs/_search\n",
    ],
    [
      "something else",
      { ...asked, result: "disagrees", url: "https://a", roles: { cluster: ["x", "y"], osac: [] } },
      "user:a b",
      "  the cluster disagrees: the cluster answers 403 to GET /logs/_search: no permissions\n    to repeat it: curl --cacert root-ca.pem -u 'a b' https://a/logs/_search\n    roles by the cluster: x, y\n    roles by osac: none\n",
    ],
    [
      "something else, without a login",
      { ...asked, result: "disagrees", url: "https://a" },
      "anonymous",
      "  the cluster disagrees: the cluster answers 403 to GET /logs/_search: no permissions\n    to repeat it: curl --cacert root-ca.pem https://a/logs/_search\n    roles by the cluster: unknown\n    roles by osac: none\n",
    ],
  ])("%s", ([, verification, subject, text]) => {
    expect(verificationText(verification as never, subject, plain)).toBe(text);
  });
});

test("a command can be pasted into a shell", () => {
  expect(formatCommand(["plan", "a b", "it's", "x=y,z:%@+./-_1", "", "$x", "a\nb"])).toBe(
    String.raw`osac plan 'a b' 'it'\''s' x=y,z:%@+./-_1 '' '$x' 'a\u000ab'`,
  );
});

test("an audit entry names who did what to what, by which plan", () => {
  const facts = {
    command: "apply",
    actor: { name: "ann", from: "GITHUB_ACTOR" },
    as: undefined,
    commit: null,
    dirty: null,
    planId: undefined,
    cluster: { ...cluster, name: undefined, uuid: undefined },
    fingerprints: ({ name }: { name: string }) => ({ before: `before ${name}`, after: `after ${name}` }),
  };
  const time = new Date("2026-01-01T00:00:00Z");
  const [change] = changes;
  const entries = auditEntries([{ change: change!, result: "sent" }], facts, time, 1.6);
  expect(entries).toEqual([
    {
      version: 1,
      time: "2026-01-01T00:00:00.000Z",
      command: "apply",
      actor: facts.actor,
      as: null,
      commit: null,
      dirty: null,
      planId: null,
      cluster: { name: null, uuid: null },
      kind: "tenants",
      name: change!.name,
      action: change!.action,
      result: "sent",
      before: `before ${change!.name}`,
      after: `after ${change!.name}`,
      durationMs: 2,
    },
  ]);
  const [known] = auditEntries(
    [{ change: change!, result: "done" }],
    { ...facts, as: "x", planId: "p", cluster },
    time,
    1,
  );
  expect(known).toMatchObject({ as: "x", planId: "p", cluster: { name: "logs", uuid: "u-1" } });
});

test("the document of a direct command has its own fields", () => {
  expect(directDocument({ command: "cache flush", user: null }, cluster, [], { GET: 2 })).toEqual({
    version: 1,
    command: "cache flush",
    exitCode: 0,
    cluster: expect.objectContaining({ name: "logs" }),
    user: null,
    findings: [],
    requests: { GET: 2 },
  });
});

/** Keys of values that are one of a few words, and of names that osac makes. */
const words = /^(?:action|field|file|kind|notAfter|result|service|status|variable)$/;
const deceiving = "x\u001B[2K\r\n::error::evil\u202E";

/** A value with one of its texts replaced, for each of them, by the place of the text. */
function replaceEach(value: unknown, text: string, place = ""): [place: string, value: unknown][] {
  if (typeof value === "string") return [[place, text]];
  if (typeof value !== "object" || value === null || value instanceof Map) return [];
  return Object.entries(value)
    .filter(([key]) => !words.test(key))
    .flatMap(([key, part]) =>
      replaceEach(part, text, `${place}/${key}`).map(([at, replaced]): [string, unknown] => {
        if (!Array.isArray(value)) return [at, { ...value, [key]: replaced }];
        return [at, value.with(Number(key), replaced)];
      }),
    );
}

const disagreement = {
  result: "disagrees",
  status: 403,
  request: "GET /logs/_search",
  says: "no permissions",
  url: "https://a",
  roles: { cluster: ["x"], osac: ["y"] },
};

test.for<[string, unknown, (value: never) => string]>([
  ...Object.entries(statuses).map(
    ([name, [given, , dates = []]]): [string, unknown, (value: never) => string] => [
      `status: ${name}`,
      { given: { ...status, ...given }, dates },
      (value: { given: Status; dates: DatedCertificate[] }) =>
        statusText(value.given, { findings: [] }, value.dates, 30, plain),
    ],
  ),
  ["export", exported, (value) => exportText(value, plain)],
  ["init", exported, (value) => initText(value, { hasWorkflows: true, hasPipeline: true }, plain)],
  ["an answer of the cluster", disagreement, (value) => verificationText(value, "user:ann", plain)],
])("no text that others write moves the cursor or begins a line: %s", ([, given, format]) => {
  const isDeceived = (value: unknown): boolean => {
    const text = format(value as never);
    return ["\u001B", "\r", "\u202E", "\n::"].some((part) => text.includes(part));
  };
  const places = replaceEach(given, deceiving);
  expect(places.length).toBeGreaterThan(0);
  expect(places.filter(([, value]) => isDeceived(value)).map(([place]) => place)).toEqual([]);
});
