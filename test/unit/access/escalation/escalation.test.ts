import fc from "fast-check";
import { expect, test } from "vitest";
import { compareAccess } from "../../../../src/access/compare/index.ts";
import { makeTransition } from "../../../../src/access/documents.ts";
import {
  findExplicitPermission,
  identifyCaller,
  loadAccess,
} from "../../../../src/access/effective/index.ts";
import type { Facts } from "../../../../src/access/effective/facts.ts";
import { findEscalations } from "../../../../src/access/escalation/index.ts";
import { adminEndpoints } from "../../../../src/access/permissions.ts";
import type { Change } from "../../../../src/model/change.ts";
import type { KindName } from "../../../../src/model/kind-name.ts";
import type { Body } from "../../../../src/model/value.ts";
import { toDocuments, type Given } from "../given.ts";

function listChanges(before: Given, after: Given): Change[] {
  return (Object.keys(after) as KindName[]).flatMap((kind) =>
    Object.entries(after[kind]!).map(([name, now]): Change => {
      const old = before[kind]?.[name];
      return old === undefined
        ? { kind, name, action: "create", after: now }
        : { kind, name, action: "update", before: old, after: now };
    }),
  );
}

/** The names of all escalations from one state to another. */
function nameEscalations(before: Given, after: Given, version = "3.4.0"): string[] {
  const changes = listChanges(before, after);
  const [major, minor, patch] = version.split(".").map(Number) as [number, number, number];
  const access = compareAccess({
    transition: makeTransition(toDocuments(before), changes),
    version: { major, minor, patch },
  });
  return findEscalations(access?.escalations ?? [], changes).flatMap(({ names }) => names);
}

const ann = { r: { users: ["ann"] } };

function role(...blocks: Body[]): Given {
  return { rolesmapping: ann, roles: { r: { index_permissions: blocks } } };
}

const nobody = { rolesmapping: { r: {} }, roles: { r: {} } };

test.for<[string, Given, string[]]>([
  [
    "restapi:admin/*",
    { rolesmapping: ann, roles: { r: { cluster_permissions: ["restapi:admin/*"] } } },
    ["security-administration/user:ann"],
  ],
  [
    "?*",
    { rolesmapping: ann, roles: { r: { cluster_permissions: ["?*"] } } },
    ["security-administration/user:ann"],
  ],
  ["a bare *", { rolesmapping: ann, roles: { r: { cluster_permissions: ["*"] } } }, ["everything/user:ann"]],
  [
    "an expression that only Java reads",
    { rolesmapping: ann, roles: { r: { cluster_permissions: [String.raw`/restapi:\p{Print}*/`] } } },
    ["security-administration/user:ann"],
  ],
  [
    "a group",
    {
      rolesmapping: ann,
      actiongroups: { g: { allowed_actions: ["restapi:*"] } },
      roles: { r: { cluster_permissions: ["g"] } },
    },
    ["security-administration/user:ann"],
  ],
  [
    "a backend role",
    { rolesmapping: { all_access: { backend_roles: ["ops"] } } },
    ["security-administration/role:ops"],
  ],
  [
    "several backend roles",
    { rolesmapping: { all_access: { and_backend_roles: ["ops", "night"] } } },
    ["security-administration/role:night and ops"],
  ],
  [
    "an address",
    { rolesmapping: { all_access: { hosts: ["10.0.0.1"] } } },
    ["security-administration/host:10.0.0.1"],
  ],
  [
    "an external user",
    { rolesmapping: { security_rest_api_access: { users: ["eve"] } } },
    ["security-administration/user:eve"],
  ],
  [
    "a service account",
    {
      internalusers: { bot: { attributes: { service: "true" }, opendistro_security_roles: ["all_access"] } },
    },
    ["security-administration/user:bot"],
  ],
  ["everything", role({ index_patterns: ["*"], allowed_actions: ["*"] }), ["everything/user:ann"]],
  [
    "the security index",
    role({ index_patterns: [".opendistro_sec*"], allowed_actions: ["read"] }),
    ["security-index/user:ann"],
  ],
  [
    "system indices",
    role({ index_patterns: [".plugins-ml*"], allowed_actions: ["system:*"] }),
    ["system-indices/user:ann"],
  ],
  [
    "everyone reads all",
    {
      rolesmapping: { r: { users: ["*"] } },
      roles: { r: { index_permissions: [{ index_patterns: ["/.*/"], allowed_actions: ["read"] }] } },
    },
    ["open-to-everyone/everyone"],
  ],
  [
    "all indices by read, write and administration",
    {
      rolesmapping: { ...ann, wide: { users: ["ann"] } },
      roles: {
        r: {
          index_permissions: [
            { index_patterns: ["*"], allowed_actions: ["indices:data/*", "indices:admin/*"] },
          ],
        },
        // With it, `indices:*` is one of the compared permissions.
        wide: { index_permissions: [{ index_patterns: ["team"], allowed_actions: ["indices:*"] }] },
      },
    },
    ["everything/user:ann"],
  ],
  [
    "all indices by their first letters",
    role({
      index_patterns: [..."abcdefghijklmnopqrstuvwxyz0123456789"].map((one) => `${one}*`),
      allowed_actions: ["*"],
    }),
    ["everything/user:ann"],
  ],
  [
    "administration of the cluster",
    { rolesmapping: ann, roles: { r: { cluster_permissions: ["cluster:a*"] } } },
    ["everything/user:ann"],
  ],
  [
    "the security index by an attribute",
    {
      ...role({ index_patterns: ["${attr.internal.index}"], allowed_actions: ["read"] }),
      internalusers: { ann: { attributes: { index: ".opendistro_security" } } },
    },
    ["security-index/user:ann"],
  ],
  [
    "the security index as date math",
    role({ index_patterns: ["<.opendistro_security>"], allowed_actions: ["read"] }),
    ["security-index/user:ann"],
  ],
  [
    "everyone reads all but a few by an expression",
    {
      rolesmapping: { r: { users: ["*"] } },
      roles: { r: { index_permissions: [{ index_patterns: ["/[b-z0-9].+/"], allowed_actions: ["read"] }] } },
    },
    ["open-to-everyone/everyone"],
  ],
  [
    "everyone reads all but a few by several patterns",
    {
      rolesmapping: { r: { users: ["*"] } },
      roles: {
        r: { index_permissions: [{ index_patterns: ["*a*", "*e*", "*o*"], allowed_actions: ["read"] }] },
      },
    },
    ["open-to-everyone/everyone", "security-index/everyone"],
  ],
  [
    "all indices by a date without one",
    role({ index_patterns: ["<*>"], allowed_actions: ["*"] }),
    ["everything/user:ann"],
  ],
  [
    "all indices by an attribute that is an expression",
    {
      ...role({ index_patterns: ["${attr.internal.x}"], allowed_actions: ["*"] }),
      internalusers: { ann: { attributes: { x: "/.*/" } } },
    },
    ["everything/user:ann"],
  ],
  [
    "all names by their first letters",
    {
      rolesmapping: { r: { users: [..."abcdefghijklmnopqrstuvwxyz0123456789CÜ"].map((one) => `${one}*`) } },
      roles: { r: { cluster_permissions: ["cluster:admin/settings/update"] } },
    },
    ["open-to-everyone/everyone"],
  ],
  [
    "all names by expressions",
    {
      rolesmapping: { r: { users: ["/[a-m].*/", "/[n-z].*/"] } },
      roles: { r: { index_permissions: [{ index_patterns: ["*"], allowed_actions: ["read"] }] } },
    },
    ["open-to-everyone/everyone"],
  ],
  [
    "all addresses",
    {
      rolesmapping: { r: { hosts: ["*.*.*.*"] } },
      roles: { r: { index_permissions: [{ index_patterns: ["*"], allowed_actions: ["read"] }] } },
    },
    ["open-to-everyone/everyone"],
  ],
  [
    "an earlier configuration",
    { rolesmapping: ann, roles: { r: { cluster_permissions: ["restapi:admin/rollback_version"] } } },
    ["security-administration/user:ann"],
  ],
  [
    "everything beside an endpoint that permits nothing else",
    {
      rolesmapping: ann,
      roles: {
        r: {
          cluster_permissions: ["restapi:admin/tenants"],
          index_permissions: [{ index_patterns: ["*"], allowed_actions: ["*"] }],
        },
      },
    },
    ["security-administration/user:ann", "everything/user:ann"],
  ],
  ...["/cluster:admin\\/[a-z].*/", "cluster:admin/*/*", "/cluster:admin\\/(?!snapshot\\/).*/"].map(
    (permission): [string, Given, string[]] => [
      `nearly all administration of the cluster by ${permission}`,
      { rolesmapping: ann, roles: { r: { cluster_permissions: [permission] } } },
      ["everything/user:ann"],
    ],
  ),
  [
    "all administration of the cluster by first letters",
    {
      rolesmapping: ann,
      roles: { r: { cluster_permissions: [..."cdiprsv"].map((one) => `cluster:admin/${one}*`) } },
    },
    ["everything/user:ann"],
  ],
])("an escalation has a name: %s", ([, after, names]) => {
  expect(nameEscalations(nobody, after)).toEqual(names);
});

/** An approval repeats the name of an escalation, so each kind of principal has its own. */
test.for<[mapping: Body, names: string[]]>([
  [{ users: ["ann"] }, ["user:ann"]],
  [{ users: ["svc-*"] }, ["user:svc-*"]],
  [{ users: ["/svc-[0-9]+/"] }, ["user:/svc-[0-9]+/"]],
  [{ backend_roles: ["ops"] }, ["role:ops"]],
  [{ backend_roles: ["ops-*"] }, ["role:ops-*"]],
  [{ and_backend_roles: ["ops", "eu"] }, ["role:eu and ops"]],
  [{ hosts: ["10.1.2.3"] }, ["host:10.1.2.3"]],
  [{ users: ["*"] }, ["everyone"]],
  [{ users: ["ann", "bob"], backend_roles: ["ops"] }, ["user:ann", "user:bob", "role:ops"]],
])("the name of an escalation has that of who gets it: %j", ([mapping, names]) => {
  const after = { rolesmapping: { r: mapping }, roles: { r: { cluster_permissions: ["restapi:admin/*"] } } };
  expect(nameEscalations(nobody, after)).toEqual(names.map((name) => `security-administration/${name}`));
});

/** Leaves out every name that osac tries always. Whoever reads the source can write it. */
const evasion =
  "(?!\\.|(?:a|logs-2026\\.01\\.01|10\\.11\\.12\\.13|orders|7-metrics|customers_eu|zeppelin|[^ -~]+)$).*";
const evasionOfCallers =
  "(?!(?:ann|b\\.jones|7of9|kim|zoe@.*|svc-logs|sales|CN=.*|\\/.*|x1|developers|9to5|Admins|[^ -~]+|orders|logs-.*|10.*|a|7-.*|cust.*|zeppelin)$).*";

test.for<[string, Given, string[]]>([
  [
    "all indices",
    role({ index_patterns: [`/${evasion}/`], allowed_actions: ["*"] }),
    ["everything/user:ann"],
  ],
  [
    "all indices by two expressions",
    role({ index_patterns: [`/[a-m]${evasion}/`, `/[n-z0-9]${evasion}/`], allowed_actions: ["*"] }),
    ["everything/user:ann"],
  ],
  ...["users", "backend_roles", "hosts"].map((field): [string, Given, string[]] => [
    `all callers by ${field}`,
    {
      rolesmapping: { r: { [field]: [`/${evasionOfCallers}/`] } },
      roles: { r: { index_permissions: [{ index_patterns: ["*"], allowed_actions: ["read"] }] } },
    },
    expect.arrayContaining([expect.stringMatching(/^open-to-everyone\//)]) as unknown as string[],
  ]),
  [
    "all callers by several expressions",
    {
      rolesmapping: {
        r: { users: ["a-g", "h-p", "q-z0-9"].map((part) => `/[${part}]${evasionOfCallers}/`) },
      },
      roles: { r: { index_permissions: [{ index_patterns: ["*"], allowed_actions: ["read"] }] } },
    },
    ["open-to-everyone/everyone"],
  ],
])("an expression that leaves out what osac tries is an escalation: %s", ([, after, names]) => {
  expect(nameEscalations(nobody, after)).toEqual(names);
});

const readsAll = { index_permissions: [{ index_patterns: ["*"], allowed_actions: ["read"] }] };
const setsAll = { cluster_permissions: ["cluster:admin/settings/update"] };
const mostNames = { users: [..."abcdefghijklmnpqrstuvwxyz0123456789CÜ"].map((one) => `${one}*`) };
const anonymousUser = { users: ["opendistro_security_anonymous"] };
const [toEveryone, toAnonymous, toAnyRole] = ["everyone", "anonymous", "role:?*"].map(
  (whom) => `open-to-everyone/${whom}`,
) as [string, string, string];

/** An approval of one opening must not cover another one of the same plan. */
test.for<[string, reads: Body, sets: Body, names: string[]]>([
  ["every name", { users: ["?*"] }, {}, [toEveryone]],
  ["every role", { backend_roles: ["?*"] }, {}, [toAnonymous, toAnyRole]],
  ["most names", mostNames, {}, [toEveryone]],
  ["callers without credentials", anonymousUser, {}, [toAnonymous]],
  ["callers without credentials, and to most names", anonymousUser, mostNames, [toEveryone, toAnonymous]],
  [
    "every role, and to most names",
    { backend_roles: ["?*"] },
    mostNames,
    [toEveryone, toAnonymous, toAnyRole],
  ],
  ["every name, and to most names", { users: ["?*"] }, mostNames, [toEveryone, toEveryone]],
])("each opening of a plan is told once: to %s", ([, reads, sets, names]) => {
  const config = { config: { dynamic: { http: { anonymous_auth_enabled: true } } } };
  const roles = { reads: readsAll, sets: setsAll };
  const before = { config, roles, rolesmapping: { reads: {}, sets: {} } };
  const told = nameEscalations(before, { config, roles, rolesmapping: { reads, sets } });
  expect(told.toSorted()).toEqual(names.toSorted());
});

test.for<[string, Given]>([
  [
    "a team reads and writes its indices",
    role({ index_patterns: ["team-*"], allowed_actions: ["crud", "create_index", "manage"] }),
  ],
  ["a team reads all indices", role({ index_patterns: ["*"], allowed_actions: ["read"] })],
  [
    "a team manages snapshots",
    {
      rolesmapping: ann,
      roles: { r: { cluster_permissions: ["manage_snapshots", "cluster_composite_ops", "cluster_monitor"] } },
    },
  ],
  [
    "a tenant",
    {
      tenants: { t: {} },
      rolesmapping: ann,
      roles: {
        r: { tenant_permissions: [{ tenant_patterns: ["t"], allowed_actions: ["kibana_all_write"] }] },
      },
    },
  ],
  [
    "everyone uses Dashboards",
    { rolesmapping: { kibana_user: { users: ["*"] }, own_index: { users: ["*"] } } },
  ],
  ["unlimited on a team's own indices", role({ index_patterns: ["team-*"], allowed_actions: ["unlimited"] })],
])("an ordinary change has no word: %s", ([, after]) => {
  for (const version of ["2.11.1", "2.19.4", "3.4.0"])
    expect(nameEscalations(nobody, after, version)).toEqual([]);
});

test("who administers a part and then all of the configuration is named", () => {
  const part = { rolesmapping: ann, roles: { r: { cluster_permissions: ["restapi:admin/tenants"] } } };
  const all = { rolesmapping: { ...ann, all_access: { users: ["ann"] } } };
  expect(nameEscalations(part, all)).toEqual(["security-administration/user:ann"]);
  expect(nameEscalations(all, part)).toEqual([]);
});

test("backend roles that the nodes take for roles are named", () => {
  const before = { internalusers: { ann: {} } };
  const after = { internalusers: { ann: { backend_roles: ["all_access"] } } };
  const changes = listChanges(before, after);
  const found = (facts?: Facts): unknown =>
    compareAccess({
      transition: makeTransition(toDocuments(before), changes),
      version: { major: 3, minor: 4, patch: 0 },
      facts,
    })?.escalations;
  expect(found()).toEqual([]);
  expect(found({ settings: { roles_mapping_resolution: "BOTH" } })).toMatchObject([
    {
      principals: [{ kind: "user", name: "ann" }],
      escalation: "security-administration",
      perhaps: "roles_mapping_resolution: BOTH is not modelled",
    },
  ]);
});

test("a * beside another permission administers up to 2.18", () => {
  const after = { rolesmapping: ann, roles: { r: { cluster_permissions: ["*", "cluster:monitor/main"] } } };
  expect(nameEscalations(nobody, after, "2.11.1")).toEqual(["security-administration/user:ann"]);
});

function restricted(more: Body): Given {
  return role({ index_patterns: ["hr-*"], allowed_actions: ["read"], ...more });
}

const query = '{"term":{"team":"a"}}';
const other = '{"term":{"team":"b"}}';

test.for<[string, Body, Body, boolean]>([
  ["a query is removed", { dls: query }, {}, true],
  ["a query finds everything", { dls: query }, { dls: '{ "match_all": {} }' }, true],
  ["a query is another one", { dls: query }, { dls: other }, false],
  ["a query is added", {}, { dls: query }, false],
  ["fields are removed", { fls: ["a"] }, {}, true],
  ["a field is added", { fls: ["a"] }, { fls: ["a", "b"] }, true],
  ["a hidden field is shown", { fls: ["~a", "~b"] }, { fls: ["~a"] }, true],
  ["a field is hidden", { fls: ["~a"] }, { fls: ["~a", "~b"] }, false],
  ["a mask is removed", { masked_fields: ["a", "b"] }, { masked_fields: ["a"] }, true],
  ["another field is listed", { fls: ["a"] }, { fls: ["c"] }, true],
  ["a hidden field is listed", { fls: ["~a"] }, { fls: ["a", "b"] }, true],
  ["only some fields are listed", { fls: ["~a"] }, { fls: ["b"] }, false],
  ["all fields are listed", { fls: ["a"] }, { fls: ["?*"] }, true],
  ["fewer fields are hidden", { fls: ["~pay*"] }, { fls: ["~pay_*"] }, true],
  ["an expression of fields is another one", { fls: ["/a.*/"] }, { fls: ["/[ab].*/"] }, true],
  ["another field is masked", { masked_fields: ["a"] }, { masked_fields: ["b"] }, true],
  ["a mask is an expression", { masked_fields: ["a"] }, { masked_fields: ["a::/^$/::x"] }, true],
  ["a mask has another algorithm", { masked_fields: ["a"] }, { masked_fields: ["a::SHA-512"] }, false],
  ["a query is no query", { dls: query }, { dls: "{" }, true],
  ["a mask is added", { masked_fields: ["a"] }, { masked_fields: ["a", "b"] }, false],
])("a weaker restriction has a name: %s", ([, before, after, isNamed]) => {
  expect(nameEscalations(restricted(before), restricted(after))).toEqual(
    isNamed ? ["removed-restriction/user:ann"] : [],
  );
});

const term = (field: string): string => `{"term":{"${field}":"a"}}`;

test.for<[string, before: string, after: string, isNamed: boolean]>([
  ["everything among alternatives", query, '{"bool":{"should":[{"match_all":{}}]}}', true],
  ["no condition", query, '{"bool":{"must_not":[]}}', true],
  ["everything with a boost", query, '{"match_all":{"boost":2}}', true],
  ["everything as a condition", query, '{"bool":{"filter":{"match_all":{}}}}', true],
  ["any text", query, '{"query_string":{"query":"*"}}', true],
  ["any value", query, '{"wildcard":{"team":{"value":"*"}}}', true],
  ["one more alternative", query, `{"bool":{"should":[${query},${other}]}}`, true],
  ["one more value", query, '{"terms":{"team":["a","b"]}}', true],
  ["one condition less", `{"bool":{"must":[${term("a")},${term("b")}]}}`, term("a"), true],
  [
    "one exclusion less",
    `{"bool":{"must_not":[${term("a")},${term("b")}]}}`,
    `{"bool":{"must_not":${term("b")}}}`,
    true,
  ],
  [
    "a wider condition",
    `{"bool":{"must":[${term("x")},${query}]}}`,
    `{"bool":{"must":[${term("x")},{"terms":{"team":["a","b"]}}]}}`,
    true,
  ],
  ["the name of the index", query, '{"term":{"_index":"hr-1"}}', true],
  ["the number of each document", query, '{"range":{"_seq_no":{"gte":0}}}', true],
  ["a range without a bound", query, '{"range":{"team":{}}}', true],
  ["any value that is not empty", query, '{"wildcard":{"team":{"wildcard":"?*"}}}', true],
  ["any value by an expression", query, '{"regexp":{"team":".+"}}', true],
  ["any value but one by an expression", query, '{"regexp":{"team":"[^z].*"}}', true],
  ["any text of Lucene", query, '{"regexp":{"team":{"value":"@"}}}', true],
  ["no words at all", query, '{"match":{"team":{"query":"","zero_terms_query":"all"}}}', true],
  ["everything, with less weight", query, '{"boosting":{"positive":{"match_all":{}}}}', true],
  ["a narrow expression", query, '{"regexp":{"team":"a-.*"}}', false],
  ["a range", query, '{"range":{"level":{"lte":3}}}', false],
  ["one alternative less", `{"bool":{"should":[${query},${other}]}}`, query, false],
  ["one condition more", query, `{"bool":{"must":[${query}],"filter":[${other}]}}`, false],
  ["the same as a condition", query, `{"bool":{"must":[${query}]}}`, false],
  ["the same as terms", query, '{"terms":{"team":["a"]}}', false],
  [
    "alternatives that do not count",
    `{"bool":{"must":[${query}]}}`,
    `{"bool":{"must":[${query}],"should":[${other}]}}`,
    false,
  ],
  [
    "alternatives that both must be true",
    query,
    `{"bool":{"should":[${query},${other}],"minimum_should_match":2}}`,
    false,
  ],
  ["other blanks", query, ` ${query} `, false],
])("a query that certainly finds more is an escalation: %s", ([, before, after, isNamed]) => {
  expect(nameEscalations(restricted({ dls: before }), restricted({ dls: after }))).toEqual(
    isNamed ? ["removed-restriction/user:ann"] : [],
  );
});

/** Puts a query within 60 others. */
const nest = (kind: string): string =>
  Array.from({ length: 60 }).reduce<string>((text) => `{"bool":{"${kind}":[${text},${term("x")}]}}`, query);

test("queries that are nested on purpose take no longer than others", () => {
  expect(
    nameEscalations(restricted({ dls: nest("must") }), restricted({ dls: nest("should") })),
  ).toBeDefined();
});

const on = { enabled: true };
const basic = { http_enabled: true, order: 0, http_authenticator: { type: "basic" } };

function domain(authenticator: Body, backend = "noop"): Body {
  return {
    dynamic: {
      authc: {
        d: { ...basic, http_authenticator: authenticator, authentication_backend: { type: backend } },
      },
    },
  };
}

const openid = { type: "openid", config: { openid_connect_url: "https://idp.example", roles_key: "roles" } };

function authorize(hosts: string[], more: Body = {}): Body {
  const backend = { type: "ldap", config: { hosts, ...more } };
  return { dynamic: { authz: { roles: { http_enabled: true, authorization_backend: backend } } } };
}

test.for<[string, KindName, Body, Body, string | undefined]>([
  ["a new identity provider", "config", {}, domain(openid), "login-authority"],
  [
    "another identity provider",
    "config",
    domain(openid),
    domain({ ...openid, config: { ...openid.config, openid_connect_url: "https://evil.example" } }),
    "login-authority",
  ],
  [
    "another claim for roles",
    "config",
    domain(openid),
    domain({ ...openid, config: { ...openid.config, roles_key: "email" } }),
    "login-authority",
  ],
  ["another directory", "config", authorize(["a"]), authorize(["a", "b"]), "login-authority"],
  [
    "users whose roles nobody looked up",
    "config",
    authorize(["a"], { skip_users: ["eve", "x"] }),
    authorize(["a"], { skip_users: ["x"] }),
    "login-authority",
  ],
  [
    "one more user without looked-up roles",
    "config",
    authorize(["a"]),
    authorize(["a"], { skip_users: ["x"] }),
    undefined,
  ],
  ["one directory less", "config", authorize(["a", "b"]), authorize(["a"]), undefined],
  ["the own login", "config", authorize(["a"]), authorize(["a"], { bind_dn: "cn=b" }), undefined],
  ["a timeout", "config", authorize(["a"]), authorize(["a"], { connect_timeout: 5 }), undefined],
  [
    "users under a harmless name",
    "config",
    authorize(["a"]),
    authorize(["a"], { users: { timeout: { base: "dc=evil" } } }),
    "login-authority",
  ],
  [
    "another key of tokens on behalf of users",
    "config",
    { dynamic: { on_behalf_of: { enabled: true, signing_key: "a" } } },
    { dynamic: { on_behalf_of: { enabled: true, signing_key: "b" } } },
    "login-authority",
  ],
  [
    "names of hosts",
    "config",
    {},
    { dynamic: { hosts_resolver_mode: "ip-hostname-lookup" } },
    "login-authority",
  ],
  [
    "some fields not watched",
    "audit",
    { compliance: { read_watched_fields: { hr: ["pay", "name"] } } },
    { compliance: { read_watched_fields: { hr: ["name"] } } },
    "weaker-audit",
  ],
  [
    "only metadata",
    "audit",
    { compliance: { write_metadata_only: false } },
    { compliance: { write_metadata_only: true } },
    "weaker-audit",
  ],
  ["audit off", "audit", on, { enabled: false }, "weaker-audit"],
  [
    "users left out",
    "audit",
    { audit: { ignore_users: [] } },
    { audit: { ignore_users: ["eve"] } },
    "weaker-audit",
  ],
  [
    "NONE left out",
    "audit",
    { audit: { ignore_users: [] } },
    { audit: { ignore_users: ["NONE"] } },
    undefined,
  ],
  [
    "a category off",
    "audit",
    { audit: { disabled_rest_categories: [] } },
    { audit: { disabled_rest_categories: ["FAILED_LOGIN"] } },
    "weaker-audit",
  ],
  [
    "a category on",
    "audit",
    { audit: { disabled_rest_categories: ["FAILED_LOGIN"] } },
    { audit: { disabled_rest_categories: [] } },
    undefined,
  ],
  [
    "changes left out",
    "audit",
    { compliance: { write_log_diffs: true } },
    { compliance: { write_log_diffs: false } },
    "weaker-audit",
  ],
  [
    "indices not watched",
    "audit",
    { compliance: { write_watched_indices: ["hr"] } },
    { compliance: { write_watched_indices: [] } },
    "weaker-audit",
  ],
  [
    "fields not watched",
    "audit",
    { compliance: { read_watched_fields: { hr: ["pay"] } } },
    { compliance: { read_watched_fields: {} } },
    "weaker-audit",
  ],
  ["a node", "nodesdn", { nodes_dn: ["CN=a"] }, { nodes_dn: ["CN=a", "CN=b"] }, "node-trust"],
  ["no node", "nodesdn", { nodes_dn: ["CN=a", "CN=b"] }, { nodes_dn: ["CN=a"] }, undefined],
  ["allowlist off", "allowlist", on, { enabled: false }, "wider-allowlist"],
  [
    "a path",
    "allowlist",
    { ...on, requests: {} },
    { ...on, requests: { "/_cat": ["GET"] } },
    "wider-allowlist",
  ],
  ["allowlist on", "allowlist", { enabled: false }, { ...on, requests: { "/_cat": ["GET"] } }, undefined],
  ["hidden", "roles", {}, { hidden: true }, "protected-entity"],
  ["anonymous", "config", {}, { dynamic: { http: { anonymous_auth_enabled: true } } }, "anonymous-login"],
  [
    "headers",
    "config",
    {},
    domain({ type: "extended-proxy", config: { user_header: "x-user" } }),
    "unproven-login",
  ],
  ["every password", "config", {}, domain({ type: "basic" }), "unproven-login"],
  ["internal users", "config", {}, domain({ type: "basic" }, "intern"), undefined],
  ["a token without a key", "config", {}, domain({ type: "jwt", config: {} }), "unproven-login"],
  [
    "a token with a new key",
    "config",
    {},
    domain({ type: "jwt", config: { signing_key: "k" } }),
    "login-authority",
  ],
  [
    "all proxies",
    "config",
    {},
    { dynamic: { http: { xff: { enabled: true, internalProxies: ".*" } } } },
    "unproven-login",
  ],
  [
    "proxies of a part of the Internet",
    "config",
    {},
    { dynamic: { http: { xff: { enabled: true, internalProxies: "9[0-9].*" } } } },
    "unproven-login",
  ],
  [
    "proxies everywhere but at the addresses that osac tries",
    "config",
    {},
    { dynamic: { http: { xff: { enabled: true, internalProxies: "(?!.*219.183).*" } } } },
    "unproven-login",
  ],
  ["no login", "config", {}, { dynamic: { disable_rest_auth: true } }, "unproven-login"],
  [
    "one proxy",
    "config",
    {},
    { dynamic: { http: { xff: { enabled: true, internalProxies: String.raw`10\.0\.0\.1` } } } },
    undefined,
  ],
])("a protection that goes has a name: %s", ([, kind, before, after, word]) => {
  const change: Change = { kind, name: "one", action: "update", before, after };
  expect(findEscalations([], [change]).map((one) => one.word)).toEqual(word === undefined ? [] : [word]);
});

const permissions = fc.subarray(["restapi:*", "restapi:admin/roles", "?*", "mine", "*", "cluster:monitor/*"]);
const mapping = fc.record({
  users: fc.subarray(["ann", "a*", "/[ab].*/"]),
  backend_roles: fc.subarray(["staff", "s?aff", "ops"]),
  and_backend_roles: fc.subarray(["staff", "ops"]),
});
const randomState = fc.record({
  actiongroups: fc.record({ mine: fc.record({ allowed_actions: permissions }) }),
  roles: fc.record({ r: fc.record({ cluster_permissions: permissions }) }),
  rolesmapping: fc.record({ r: mapping, all_access: mapping }),
  internalusers: fc.record({
    ann: fc.record({ backend_roles: fc.subarray(["staff"]) }),
    bob: fc.record({ opendistro_security_roles: fc.subarray(["r", "all_access"]) }),
  }),
});

/** The endpoints that an internal user administers, one by one. A role that opens the REST API gives more. */
function listEndpoints(given: Given, version: string, name: string): string[] {
  const access = loadAccess({ documents: toDocuments(given), version });
  const caller = identifyCaller(access, { kind: "user", name });
  if (caller.roles.some((mapped) => mapped.name === "all_access")) return ["all", ...adminEndpoints];
  return adminEndpoints.filter(
    (endpoint) => findExplicitPermission(access, caller, `restapi:admin/${endpoint}`).is === "yes",
  );
}

test("what the evaluator says a user administers after an edit, and not before, is always named", () => {
  fc.assert(
    fc.property(randomState, randomState, fc.constantFrom("2.11.1", "3.4.0"), (before, after, version) => {
      const named = nameEscalations(before, after, version);
      for (const user of ["ann", "bob"]) {
        const old = new Set(listEndpoints(before, version, user));
        const isMore = listEndpoints(after, version, user).some((endpoint) => !old.has(endpoint));
        expect([user, named.includes(`security-administration/user:${user}`)]).toEqual([user, isMore]);
      }
    }),
    { numRuns: 300 },
  );
});
