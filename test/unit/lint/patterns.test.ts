import { describe, expect, test } from "vitest";
import type { Value } from "../../../src/model/value.ts";
import { codesOn, findingsOn } from "./found.ts";

const block = (fields: { [field: string]: Value }): { r: { index_permissions: Value } } => ({
  r: { index_permissions: [{ index_patterns: ["a"], allowed_actions: ["read"], ...fields }] },
});
const patterns = (...index_patterns: string[]): string[] =>
  findingsOn({ roles: block({ index_patterns }) }).map(({ code, message }) => `${code}: ${message}`);

describe("index patterns that fit no index", () => {
  test.each([
    ["-admin*", 'no name begins with "-", and the server has no exclusions here'],
    ["_logs", 'no name begins with "_"'],
    ["+logs", 'no name begins with "+"'],
    ["CONTENT_*", "the names of indices have no capital letters; only an alias can"],
    ["content_Ä*", "the names of indices have no capital letters; only an alias can"],
    ["logs-*,metrics-*", "no name has a comma"],
    ["logs *", "no name has a blank"],
    ["logs/*", 'no name has "/"'],
    ["logs#1", 'no name has "#"'],
    ["a|b", 'no name has "|"'],
    ["a<b>", 'no name has "<"'],
    ["remote:logs-*", 'no name has ":"'],
    ["_all", "servers since 2.19 read it as a name"],
  ])("%s", (pattern, reason) => {
    expect(patterns("*", pattern)).toEqual([
      `pattern-without-index: index_permissions[0].index_patterns[1]: "${pattern}" matches no index, because ${reason}`,
    ]);
  });

  test.each([
    "*",
    "**",
    "?*",
    "logs-*",
    ".kibana_*",
    "logs_-+",
    "/^(?!Admin).*/",
    "*:.tasks",
    "<logs-{now/d}>",
    "of-${user.name}",
    "${attr.ldap.Team}-*",
    "logs-[a]-$",
    "ä",
  ])("%s can fit one", (pattern) => {
    expect(patterns(pattern)).toEqual([]);
  });

  test("a name that older servers understand is not told to them", () => {
    expect(findingsOn({ roles: block({ index_patterns: ["_all"] }) })).toMatchObject([
      { servers: { since: "2.19" } },
    ]);
  });
});

describe("variables that the server does not fill in", () => {
  test.each([
    ["${username}", "did you mean ${user.name}?"],
    ["${user.attributes.team}", "the server knows user.name, user.roles, user.securityRoles and attr.…"],
    ["${user.securityroles}", "did you mean ${user.securityRoles}?"],
    ["${attr}", "the server knows user.name, user.roles, user.securityRoles and attr.…"],
    ["${}", "the server knows user.name, user.roles, user.securityRoles and attr.…"],
  ])("%s", (variable, hint) => {
    const dls = `{"term": {"owner": "${variable}"}}`;
    expect(findingsOn({ roles: block({ dls, index_patterns: [`a-${variable}`] }) })).toMatchObject([
      { code: "unsupported-variable", hint, message: expect.stringContaining("matches no index") },
      { code: "unsupported-variable", hint, message: expect.stringContaining("its searches fail") },
    ]);
  });

  test.each([
    "user.name",
    "user_name",
    "user.securityRoles",
    "user_securityRoles",
    "attr.internal.x",
    "attr_ldap_x",
  ])("%s is known", (name) => {
    const dls = `{"terms": {"owner": [\${${name}}]}}`;
    expect(codesOn({ roles: block({ dls, index_patterns: [`a-\${${name}}`] }) })).toEqual([]);
  });

  test("a fallback is known to servers from 3.7 on", () => {
    const dls = '{"term": {"owner": "${attr.ldap.team:-none}"}}';
    expect(findingsOn({ roles: block({ dls }) })).toMatchObject([
      { code: "unsupported-variable", servers: { until: "3.7" } },
    ]);
  });
});

const findFault = (dls: string): string[] =>
  findingsOn({ roles: block({ dls }) }).map(
    ({ message, hint, harmfulSince = "never" }) =>
      `${message.replace("index_permissions[0].dls ", "").replace(/;.*/, "")} (${harmfulSince}; ${hint})`,
  );

describe("queries that the server does not take", () => {
  const example = 'write a query as JSON, for example {"term": {"owner": "${user.name}"}}';

  test.each([
    ["no json", `is no JSON (3.6; ${example})`],
    ['{"term": {"a": 1}', `is no JSON (3.6; ${example})`],
    ["{}", `must hold one query, found 0 (3.6; ${example})`],
    ["[]", `is no JSON object (3.6; ${example})`],
    ["  ", `is blank (3.0; write a query as JSON, or remove the field)`],
    [
      '{"trem": {"a": 1}}',
      'has the query "trem", which OpenSearch does not know (3.6; did you mean "term"?)',
    ],
    [
      '{"of_a_plugin": {}}',
      `has the query "of_a_plugin", which OpenSearch does not know (never; ${example})`,
    ],
    ['{"match_all": []}', `must have an object for "match_all" (3.6; ${example})`],
    ['{"term": {"a": ["b"]}}', 'has a list in "term", which takes one value (3.6; use "terms" for a list)'],
    ['{"match": {"a": "b", "c": "d"}}', `must name one field in "match", found 2 (3.6; ${example})`],
    ['{"terms": {"a": "b"}}', 'has one value in "terms", which takes a list (3.6; use "term" for one value)'],
    [
      '{"bool": {"mustt": []}}',
      'has "mustt" in "bool", which knows no such field (3.6; did you mean "must"?)',
    ],
    [
      '{"bool": {"must": [{"term": {"a": ["b"]}}]}}',
      'has a list in "term", which takes one value (3.6; use "terms" for a list)',
    ],
    [
      '{"constant_score": {"filter": {"trem": {}}}}',
      'has the query "trem", which OpenSearch does not know (3.6; did you mean "term"?)',
    ],
    [
      '{"bool": {"must": {"match_all": {}}, "must": {"match_none": {}}}}',
      `has the key "must" twice in one place (3.6; ${example})`,
    ],
    ['{"term": {"a": "${user.name}", "b": 1}}', `must name one field in "term", found 2 (never; ${example})`],
  ])("%s", (dls, fault) => {
    expect(findFault(dls)).toEqual([fault]);
  });

  test.each([
    '{"match_all": {}} and whatever follows',
    '{"match_all": {} /* a comment */}',
    '{"term": {"a": {"value": "b", "boost": 2}}}',
    '{"terms": {"a": ["b"], "boost": 1}}',
    '{"terms": {"a": {"index": "i", "id": "1", "path": "p"}}}',
    '{"bool": {"must": [], "should": {"exists": {"field": "a"}}, "minimum_should_match": 1}}',
    '{"bool": {"must": [{"term": {"a": 1}}, {"term": {"a": 2}}]}}',
    '{"range": {"n": {"gt": 1, "lt": 2}}}',
    '{"terms": {"r": [${user.roles}]}}',
  ])("%s is one", (dls) => {
    expect(findFault(dls)).toEqual([]);
  });
});

const nested = (depth: number): string[] => {
  const dls = `{"bool":{"must":`.repeat(depth) + '{"match_all":{}}' + "}}".repeat(depth);
  return codesOn({ roles: block({ dls }) }).filter((code) => !code.endsWith(" long-text"));
};

test("a query deeper than the server reads is told, whatever its depth", () => {
  expect([nested(400), nested(501), nested(50_000)]).toEqual([[], ["warning bad-dls"], ["warning bad-dls"]]);
});

test("a broken pattern of fields hides all before 3.6, and nothing from then on", () => {
  for (const field of ["/(/", "~/(/", "!/(/"])
    expect(findingsOn({ roles: block({ fls: [field] }) })).toMatchObject([
      { code: "bad-fls", severity: "warning", harmfulSince: "3.6" },
    ]);
  expect(codesOn({ roles: block({ fls: ["/a.*/", "b?"] }) })).toEqual([]);
});

test("a broken permission takes the whole role away from 3.6 on, a broken pattern of indices only itself", () => {
  expect(
    findingsOn({ roles: block({ allowed_actions: ["read", "/(/"], index_patterns: ["/(/"] }) }),
  ).toMatchObject([
    { code: "bad-pattern", message: expect.stringMatching(/the server skips it$/) },
    { code: "bad-pattern", harmfulSince: "3.6" },
  ]);
  const [finding] = findingsOn({ roles: { r: { cluster_permissions: ["/(/"] } } });
  expect(finding!.message).toMatch(
    /; a server before 3\.0 would store it, and then load no configuration at all; from 3\.6 on it leaves out the whole role$/,
  );
});

test("the name of a masked field is a pattern, too", () => {
  expect(codesOn({ roles: block({ masked_fields: ["/(/::SHA-512"] }) })).toEqual([
    "warning bad-masked-field",
  ]);
});

describe("networks", () => {
  test.each(["127.0.0.0/8", "10.1.0.22/32", "fe80::/10"])("%s fits no address", (network) => {
    const listeners = { l: { type: "ip", ignore_hosts: [network] } };
    expect(
      findingsOn({
        rolesmapping: { all_access: { hosts: [network] } },
        config: { config: { dynamic: { auth_failure_listeners: listeners } } },
      }).map(({ code, servers }) => [code, servers]),
    ).toEqual([
      ["network-as-host", undefined],
      ["network-as-host", { until: "3.0" }],
    ]);
  });

  test.each(["127.0.0.1", "127.*", "/10\\..*/"])("%s is none", (host) => {
    expect(codesOn({ rolesmapping: { all_access: { hosts: [host] } } })).toEqual([]);
  });
});

const proxies = (internalProxies: string): string[] =>
  codesOn({ config: { config: { dynamic: { http: { xff: { enabled: true, internalProxies } } } } } });

describe("the proxies that are believed", () => {
  test.each(["*", "10.0.0.*|*", "(", "192.168.0.10)"])("%s is no expression", (text) => {
    expect(proxies(text)).toEqual(["error bad-pattern"]);
  });

  test.each([
    ".*",
    ".+",
    "^.*$",
    "10\\..*|.*",
    "(.*)",
    "[\\d.]+",
    "\\d+\\.\\d+\\.\\d+\\.\\d+",
    "(\\d{1,3}\\.){3}\\d{1,3}",
    "\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}",
    "192\\.168\\.0\\.10|.*:.*",
    "192\\.168\\.0\\.10|.*:.*",
  ])("%s fits everybody", (text) => {
    expect(proxies(text)).toEqual(["warning trusts-every-proxy"]);
  });

  test("10.0.0.0/8 fits nobody", () => {
    expect(proxies("10.0.0.0/8")).toEqual(["warning network-as-host"]);
  });

  test("a network beside another expression is told alone, and the other is judged", () => {
    expect(proxies("10.0.0.0/8|192\\.168\\.0\\.1")).toEqual(["warning network-as-host"]);
    expect(proxies("10.0.0.0/8|.*")).toEqual(["warning network-as-host", "warning trusts-every-proxy"]);
  });

  test.each([
    "192\\.168\\.0\\.10",
    "10\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}|192\\.168\\.\\d{1,3}\\.\\d{1,3}",
    "192.168.*",
    "(a|b)|[|]",
    `${"(.?){50}".repeat(20)}x`,
  ])("%s says nothing of the kind", (text) => {
    expect(proxies(text)).toEqual([]);
  });
});
