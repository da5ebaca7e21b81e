import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { usualRules } from "../../../src/files/placeholders/sources.ts";
import { loadDirectory } from "../../../src/files/load-directory.ts";
import { directoryFindings } from "../../../src/lint/check-directory.ts";
import { kinds } from "../../../src/kinds/index.ts";
import type { Finding } from "../../../src/model/finding.ts";
import type { KindName } from "../../../src/model/kind-name.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "osac-validate-"));
});

afterEach(() => rm(folder, { recursive: true }));

/** Validates files given as YAML in flow style, each below its header. */
async function validate(
  files: Partial<Record<KindName, string>>,
  env: Record<string, string> = {},
  allowed: readonly string[] = [],
): Promise<Finding[]> {
  for (const [kind, text] of Object.entries(files) as [KindName, string][]) {
    const header = `_meta: {type: ${kind}, config_version: 2}`;
    await writeFile(join(folder, kinds[kind].file), `${header}\n${text}\n`);
  }
  const directory = await loadDirectory(folder, { env, rules: { ...usualRules, allowed } });
  expect(directory.findings).toEqual([]);
  return await directoryFindings(directory);
}

const verdict = ({ severity, code, refusedByServer }: Finding): string =>
  `${severity} ${code}${refusedByServer ? " (REST)" : ""}`;

async function verdicts(
  files: Partial<Record<KindName, string>>,
  env?: Record<string, string>,
): Promise<string[]> {
  return (await validate(files, env)).map(verdict);
}

const role = (body: string): Partial<Record<KindName, string>> => ({ roles: `r: {${body}}` });
const index = (body: string) =>
  role(`index_permissions: [{index_patterns: [a], allowed_actions: [read], ${body}}]`);
const user = (body: string): Partial<Record<KindName, string>> => ({ internalusers: `u: {${body}}` });
const config = (body: string): Partial<Record<KindName, string>> => ({
  config: `config: {dynamic: {${body}}}`,
});
const audit = (body: string): Partial<Record<KindName, string>> => ({ audit: `config: {${body}}` });
const allowlist = (body: string): Partial<Record<KindName, string>> => ({ allowlist: `config: {${body}}` });
const bcrypt = `$2y$12$${"a".repeat(53)}`;

test("a hint of audit categories names each once, in capitals", async () => {
  const [found] = await validate(audit("audit: {disabled_rest_categories: [SOMETHING_ELSE]}"));
  expect(found?.hint).toMatch(/^choose one of BAD_HEADERS, /);
  expect(found?.hint).not.toMatch(/[a-z]+_[a-z]+/);
});

test("a finding says where it is, in which entity, and what to do", async () => {
  const [finding] = await validate({ roles: "reader:\n  cluster_permission:\n    - cluster_monitor" });

  expect(finding).toEqual({
    code: "unknown-field",
    severity: "error",
    message: 'unknown field "cluster_permission"',
    hint: 'did you mean "cluster_permissions"?',
    at: { file: "roles.yml", line: 3, column: 3 },
    kind: "roles",
    name: "reader",
  });
});

test("findings are sorted by place, each told once", async () => {
  const findings = await validate({
    tenants: "b: {x: 1}\na: {x: 1, y: 2}",
    roles: "z: {x: 1}",
  });

  expect(findings.map(({ at, message }) => `${at?.file}:${at?.line}:${at?.column} ${message}`)).toEqual([
    'roles.yml:2:5 unknown field "x"',
    'tenants.yml:2:5 unknown field "x"',
    'tenants.yml:3:5 unknown field "x"',
    'tenants.yml:3:11 unknown field "y"',
  ]);
});

describe("types, as the plugin's loader converts them", () => {
  test.each<[string, Partial<Record<KindName, string>>, string[]]>([
    ["a text for a list", role("cluster_permissions: abc"), ["error wrong-type"]],
    ["a map for a list", role("cluster_permissions: {}"), ["error wrong-type"]],
    ["a list in a list", role("cluster_permissions: [[a]]"), ["error wrong-type"]],
    ["a list for a text", role("description: [a]"), ["error wrong-type"]],
    ["a number for a text", role("description: 5"), ["warning converted-value"]],
    ["a number in a list of texts", { rolesmapping: "all_access: {users: [5]}" }, []],
    ["null for a list", role("cluster_permissions: null"), []],
    ["null in a list", { rolesmapping: "all_access: {users: [null]}" }, ["warning null-item"]],
    ["a text that says true", role('reserved: "true"'), ["warning converted-value"]],
    ["a text that says yes", role('reserved: "yes"'), ["error wrong-type"]],
    ["a number for a truth", role("reserved: 1"), ["warning converted-value"]],
    ["a fraction for a truth", role("reserved: 1.5"), ["error wrong-type"]],
    ["a text that is a number", config('authc: {d: {order: "5"}}'), ["warning converted-value"]],
    ["a text that is none", config("authc: {d: {order: five}}"), ["error wrong-type"]],
    ["a truth for a number", config("authc: {d: {order: true}}"), ["error wrong-type"]],
    ["a fraction for a number", config("authc: {d: {order: 5.5}}"), ["warning converted-value"]],
    [
      "nothing for a truth that is on by default",
      config("authc: {d: {http_enabled: }, e: {}}"),
      ["warning converted-value"],
    ],
    ["nothing for a truth that is off by default", config("do_not_fail_on_forbidden: "), []],
    [
      "nothing for a number",
      config("auth_failure_listeners: {l: {type: ip, time_window_seconds: }}"),
      ["warning converted-value"],
    ],
    ["nothing for a number whose default is zero", config("authc: {d: {order: }}"), []],
    ["nothing for a truth of the audit log", audit("audit: {enable_rest: }"), []],
    ["nothing for the audit log itself", audit("enabled: "), ["warning converted-value"]],
    [
      "a number that the server cannot hold",
      config("authc: {d: {order: 2147483648}}"),
      ["error number-out-of-range"],
    ],
    ["the greatest number that it holds", config("authc: {d: {order: 2147483647}}"), []],
    [
      "anything in a free map",
      config("authc: {d: {http_authenticator: {type: jwt, config: {a: [1], b: {c: true}}}}}"),
      [],
    ],
    ["a number among audit's users", audit("audit: {ignore_users: [1]}"), ["error wrong-type"]],
    ["a number for audit's truth", audit("compliance: {internal_config: 1}"), ["error wrong-type"]],
    ["a text for audit's truth", audit('compliance: {internal_config: "true"}'), ["warning converted-value"]],
    ["the same in capitals", audit('compliance: {internal_config: "True"}'), ["warning converted-value"]],
    ["the same in all capitals", audit('compliance: {internal_config: "TRUE"}'), ["error wrong-type"]],
  ])("%s", async (_, files, expected) => {
    expect(await verdicts(files)).toEqual(expected);
  });

  test.each<[string, Partial<Record<KindName, string>>, string[]]>([
    ["an HTTP method", allowlist("requests: {/a: [GET]}"), []],
    ["no HTTP method", allowlist("requests: {/a: [GE]}"), ["error bad-value"]],
    ["a sign-in option in small letters", config("kibana: {sign_in_options: [basic]}"), ["error bad-value"]],
    ["an audit category in mixed case", audit("audit: {disabled_rest_categories: [Authenticated]}"), []],
    [
      "a category of the other list",
      audit("audit: {disabled_rest_categories: [INDEX_EVENT]}"),
      ["warning bad-value (REST)"],
    ],
    [
      "a category of compliance",
      audit("audit: {disabled_transport_categories: [COMPLIANCE_DOC_READ]}"),
      ["warning bad-value (REST)"],
    ],
    [
      "compliance in the list for both layers",
      audit("audit: {disabled_categories: [COMPLIANCE_DOC_READ]}"),
      [],
    ],
    [
      "requests among the categories of a layer",
      audit("audit: {disabled_transport_categories: [REQUEST_AUDIT]}"),
      ["warning bad-value (REST)"],
    ],
    ["NONE alone", audit("audit: {disabled_rest_categories: [NONE]}"), []],
    [
      "NONE beside another",
      audit("audit: {disabled_rest_categories: [NONE, AUTHENTICATED]}"),
      ["error bad-value"],
    ],
    ["no audit category", audit("audit: {disabled_rest_categories: [NOPE]}"), ["error bad-value"]],
    [
      "an unknown type of action group",
      { actiongroups: "g: {type: x, allowed_actions: [read]}" },
      ["warning bad-value (REST)"],
    ],
  ])("%s", async (_, files, expected) => {
    expect(await verdicts(files)).toEqual(expected);
  });
});

describe("placeholders where no text is wanted", () => {
  const enabled = audit('enabled: "${env.CANARY}"');
  const order = config("authc: {a: {order: '${env.CANARY}'}}");
  const category = audit('audit: {disabled_rest_categories: ["${env.CANARY}"]}');
  const list = role('cluster_permissions: "${env.CANARY}"');
  const map = config("http: '${env.CANARY}'");

  test.each<[string, Partial<Record<KindName, string>>, string | undefined, string[]]>([
    ["a truth", enabled, "false", []],
    ["a truth in audit's own section", audit('audit: {enable_rest: "${env.CANARY}"}'), "True", []],
    ["no truth", enabled, "zzcanary", ["error wrong-type"]],
    ["an unknown truth", enabled, undefined, []],
    ["a number", order, "5", []],
    ["no number", order, "zzcanary", ["error wrong-type"]],
    ["a category in lower case", category, "authenticated", []],
    ["no category", category, "zzcanary", ["error bad-value"]],
    ["what is nearly a category", category, "AUTHENTICATEE", ["error bad-value"]],
    ["a list", list, "zzcanary", ["error wrong-type"]],
    ["an unknown list", list, undefined, ["error wrong-type"]],
    ["a map", map, undefined, ["error wrong-type"]],
  ])("%s", async (_, files, value, expected) => {
    const findings = await validate(files, value === undefined ? {} : { CANARY: value }, ["CANARY"]);
    expect(findings.map(verdict)).toEqual(expected);
  });
});

describe("references", () => {
  test.each<[string, Partial<Record<KindName, string>>, string[]]>([
    [
      "a mapping of a role that is not declared",
      { roles: "r: {}", rolesmapping: "rr: {users: [a]}" },
      ["warning unknown-reference (REST)"],
    ],
    ["a mapping of a static role", { roles: "r: {}", rolesmapping: "all_access: {users: [a]}" }, []],
    ["a mapping, where roles are unmanaged", { rolesmapping: "rr: {users: [a]}" }, []],
    [
      "a user with an unknown role",
      { roles: "r: {}", ...user(`hash: ${bcrypt}, opendistro_security_roles: [x]`) },
      ["warning unknown-reference (REST)"],
    ],
    [
      "an unknown action group",
      { ...role("cluster_permissions: [mine, crud]"), actiongroups: "other: {allowed_actions: [read]}" },
      ["notice unused-group", "warning unknown-reference"],
    ],
  ])("%s", async (_, files, expected) => {
    expect(await verdicts(files)).toEqual(expected);
  });
});

describe("what would break a cluster is an error", () => {
  test.each<[string, Partial<Record<KindName, string>>, string[]]>([
    [
      "a broken pattern in a mapping",
      { rolesmapping: "all_access: {hosts: ['/[/']}" },
      ["error unloadable-pattern"],
    ],
    [
      "a single slash in a mapping",
      { rolesmapping: "all_access: {and_backend_roles: ['/']}" },
      ["error unloadable-pattern"],
    ],
    [
      "a broken pattern in cluster_permissions",
      role("cluster_permissions: ['/*/']"),
      ["error unloadable-pattern"],
    ],
    [
      "a variable in a pattern of tenants",
      role("tenant_permissions: [{tenant_patterns: ['/${user.name}/']}]"),
      ["error unloadable-pattern"],
    ],
    [
      "a broken pattern in an action group",
      { actiongroups: "g: {allowed_actions: ['/[/']}" },
      ["error unloadable-pattern"],
    ],
    [
      "a broken pattern of indices",
      role("index_permissions: [{index_patterns: ['/[/'], allowed_actions: [read]}]"),
      ["warning bad-pattern"],
    ],
    [
      "a variable in a pattern of indices",
      role("index_permissions: [{index_patterns: ['/${user.name}-.*/'], allowed_actions: [read]}]"),
      [],
    ],
    ["a broken pattern in audit", audit("audit: {ignore_users: ['/[/']}"), ["error bad-pattern"]],
    [
      "a broken name of watched indices",
      audit("compliance: {read_watched_fields: {'/[/': [a]}}"),
      ["error bad-pattern"],
    ],
    [
      "a listener without tries",
      config("auth_failure_listeners: {l: {type: ip, allowed_tries: 0}}"),
      ["error unloadable-listener"],
    ],
    ["a listener with one try", config("auth_failure_listeners: {l: {type: ip, allowed_tries: 1}}"), []],
    [
      "a listener with negative seconds",
      config("auth_failure_listeners: {l: {type: ip, block_expiry_seconds: -1}}"),
      ["error unloadable-listener"],
    ],
    [
      "a listener of an unknown type",
      config("auth_failure_listeners: {l: {type: nope}}"),
      ["error bad-value"],
    ],
    ["a listener without a type", config("auth_failure_listeners: {l: {}}"), ["error unloadable-listener"]],
    [
      "a listener that ignores a broken pattern",
      config("auth_failure_listeners: {l: {type: ip, ignore_hosts: ['/[/']}}"),
      ["error unloadable-listener"],
    ],
    [
      "a short signing key, even where it is off",
      config("on_behalf_of: {enabled: false, signing_key: abc, encryption_key: abcd}"),
      ["error unloadable-key"],
    ],
    [
      "keys that are no Base64",
      config(`on_behalf_of: {signing_key: "${"-".repeat(64)}", encryption_key: "!"}`),
      ["error unloadable-key", "error unloadable-key"],
    ],
    [
      "keys of 64 characters",
      config(`on_behalf_of: {enabled: true, signing_key: ${"k".repeat(64)}, encryption_key: abcd}`),
      [],
    ],
    [
      "one key only",
      config("on_behalf_of: {enabled: true, signing_key: abc}"),
      ["warning incomplete-on-behalf-of", "error unloadable-key"],
    ],
  ])("%s", async (_, files, expected) => {
    expect(await verdicts(files)).toEqual(expected);
  });

  test("a placeholder of a secret field is not looked into: what is said would depend on its value", async () => {
    const files = config("on_behalf_of: {signing_key: '${env.KEY}', encryption_key: abcd}");

    const findings = await validate(files, { KEY: "my-short-secret" });

    expect(findings.map(verdict)).toEqual([]);
  });

  test("a placeholder without a value is checked only for what it is without one", async () => {
    expect(await verdicts(config("on_behalf_of: {signing_key: '${env.KEY}', encryption_key: abcd}"))).toEqual(
      ["notice unset-key"],
    );
  });
});

describe("names", () => {
  test.each<[string, Partial<Record<KindName, string>>, string[]]>([
    ["a colon in a user's name", { internalusers: `"a:b": {hash: ${bcrypt}}` }, ["error bad-name"]],
    ["a colon that a URL hides", { internalusers: `"a%3Ab": {hash: ${bcrypt}}` }, ["error bad-name"]],
    [
      "a percent sign in a user's name",
      { internalusers: `"50%": {hash: ${bcrypt}}` },
      ["warning bad-name (REST)"],
    ],
    ["the code of a letter in a user's name", { internalusers: `"a%41": {hash: ${bcrypt}}` }, []],
    ["a percent sign in a role's name", { roles: '"50%": {}' }, []],
    ["a colon in a role's name", { roles: '"a:b": {}' }, []],
    ["~1", { roles: "a~1b: {}" }, ["error bad-name"]],
    ["the name of a prototype", { roles: "__proto__: {}" }, ["error bad-name"]],
    ["the name of a constructor", { roles: "constructor: {}" }, []],
    ["~0 in the name of a domain", { config: "config: {dynamic: {authc: {a~0b: {}}}}" }, ["error bad-name"]],
    [
      "the name of a prototype deep in the settings",
      { config: "config: {dynamic: {authc: {a: {authentication_backend: {config: {__proto__: x}}}}}}" },
      ["error bad-name"],
    ],
    ["~2", { roles: "a~2b: {}" }, ["warning bad-name"]],
    ["nothing", { tenants: '"": {}' }, ["error bad-name"]],
    ["257 characters", { tenants: `${"x".repeat(257)}: {}` }, ["warning bad-name"]],
    ["a template", { tenants: '"{{ name }}": {}' }, ["warning unrendered-template"]],
  ])("%s", async (_, files, expected) => {
    expect(await verdicts(files)).toEqual(expected);
  });
});

describe("logins", () => {
  test.each<[string, string, string[]]>([
    ["a hash of bcrypt", `hash: ${bcrypt}`, []],
    ["a hash of argon2", `hash: "$argon2id$v=19$m=65536,t=3,p=1$abcd$efgh"`, []],
    ["a hash of SHA", "hash: deadbeef", ["warning bad-hash (REST)"]],
    ["a password from the environment", "password: '${env.PW}'", []],
    ["a hash made of the environment", "hash: '${envbc.PW}'", []],
    ["a hash from the environment that is none", "hash: '${env.BAD}'", []],
    ["a password with a default", "password: '${env.PW:-swordfish}'", ["error plain-password"]],
    ["a hash made of a default", "hash: '${envbc.PW:-swordfish}'", ["error plain-password"]],
    ["a hash nobody gave", "hash: '${env.MISSING}'", []],
    ["a password for all to read", "password: swordfish", ["error plain-password"]],
    ["neither", "description: x", ["warning user-without-password (REST)"]],
    ["neither, of a service account", 'attributes: {service: "true"}', []],
    ["neither, of a service account in capitals", "attributes: {service: 'TRUE'}", []],
    [
      "neither, of no service account",
      'attributes: {service: "false"}',
      ["warning user-without-password (REST)"],
    ],
    ["an empty hash", 'hash: ""', ["warning user-without-password (REST)"]],
  ])("%s", async (_, body, expected) => {
    const findings = await validate(user(body), { PW: "swordfish", BAD: "swordfish" });

    expect(findings.map(verdict)).toEqual(expected);
    expect(JSON.stringify(findings)).not.toContain("swordfish");
  });
});

describe("roles and action groups", () => {
  test.each<[string, Partial<Record<KindName, string>>, string[]]>([
    ["a DLS query", index(`dls: '{"term": {"owner": "\${user.name}"}}'`), []],
    ["a DLS with a variable outside a text", index(`dls: '{"term": {"n": \${attr.internal.n}}}'`), []],
    ["a DLS with a list of roles", index(`dls: '{"terms": {"r": [\${user.roles}]}}'`), []],
    ["a DLS that is no JSON", index("dls: nope"), ["warning bad-dls"]],
    ["a DLS of two queries", index(`dls: '{"a": {}, "b": {}}'`), ["warning bad-dls"]],
    ["an empty DLS", index('dls: ""'), []],
    ["a masked field", index("masked_fields: [f, 'f::SHA-512', 'f::/a/::b::/c/::d']"), []],
    ["an unknown digest", index("masked_fields: ['f::NOPE']"), ["warning bad-masked-field (REST)"]],
    [
      "a pattern without a replacement",
      index("masked_fields: ['f::/a/::b::/c/']"),
      ["warning bad-masked-field (REST)"],
    ],
    ["a broken pattern to mask", index("masked_fields: ['f::/[/::x']"), ["warning bad-masked-field (REST)"]],
    ["a pattern without slashes", index("masked_fields: ['a::b::c']"), ["warning bad-masked-field (REST)"]],
    ["fields shown and left out", index("fls: [a, '~b']"), ["warning mixed-fls"]],
    ["fields shown and left out by !", index("fls: [a, '!b']"), ["warning mixed-fls"]],
    ["fields left out in both ways", index("fls: ['~a', '!b']"), []],
    [
      "a permission with a blank",
      role("cluster_permissions: ['cluster:monitor/health ']"),
      ["warning bad-permission"],
    ],
    ["a blank in a list", role('cluster_permissions: [""]'), ["warning blank-item (REST)"]],
    [
      "blanks in the settings of a back end",
      config('authz: {d: {authorization_backend: {type: ldap, config: {skip_users: ["", null, a], b: ""}}}}'),
      ["warning blank-item (REST)", "warning blank-item (REST)"],
    ],
    [
      "permissions of the REST API",
      role("cluster_permissions: ['restapi:admin/roles', 'restapi:admin/tenants']"),
      ["warning rest-admin-permission (REST)"],
    ],
    ["a static flag of one's own", role("static: true"), ["warning static-flag"]],
    [
      "a group in itself",
      { actiongroups: "g: {allowed_actions: [g]}" },
      ["warning group-contains-itself (REST)"],
    ],
    [
      "a circle of groups",
      { actiongroups: "g: {allowed_actions: [h]}\nh: {allowed_actions: [g]}" },
      ["warning group-cycle", "warning group-cycle"],
    ],
    [
      "a group called like a role",
      { actiongroups: "r: {allowed_actions: [read]}", roles: "r: {}" },
      ["warning group-named-like-role (REST)", "notice unused-group"],
    ],
    [
      "action groups of the server's own, as an export of all has them",
      {
        actiongroups:
          "kibana_all_read: {type: kibana, reserved: true, static: true}\nmanage_snapshots: {type: cluster, static: true}",
      },
      [],
    ],
    [
      "the same of groups of one's own",
      { actiongroups: "manage_snapshots: {allowed_actions: [read]}\nmine: {type: kibana, static: true}" },
      ["warning group-named-like-role", "warning bad-value (REST)", "warning static-flag"],
    ],
    ["a long text", role(`description: ${"x".repeat(257)}`), ["notice long-text (REST)"]],
    [
      "an allowlist that locks out",
      allowlist("enabled: true, requests: {/_cat/nodes: [GET]}"),
      ["warning allowlist-lockout"],
    ],
    ["an allowlist that is off", allowlist("enabled: false"), []],
  ])("%s", async (_, files, expected) => {
    expect(await verdicts(files)).toEqual(expected);
  });
});
