import { expect, test } from "vitest";
import { folder } from "../../support/folder.ts";
import { osac } from "../../support/osac.ts";
import { expectLinear } from "./linear.ts";

const meta = (type: string): string => `_meta: { type: ${type}, config_version: 2 }\n`;
const lines = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join("\n");
const pieces = (count: number, piece: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => piece(index)).join(" ");
const quoted = (text: string): string => JSON.stringify(text);

/** Files of one kind, one entity a line. */
const roles = (text: string): Record<string, string> => ({ "roles.yml": `${meta("roles")}${text}\n` });
const mappings = (text: string): Record<string, string> => ({
  "roles_mapping.yml": `${meta("rolesmapping")}${text}\n`,
});
const config = (dynamic: string): Record<string, string> => ({
  "config.yml": `${meta("config")}config: { dynamic: ${dynamic} }\n`,
});
const makeList = (count: number, item: (index: number) => string): string =>
  `[${Array.from({ length: count }, (_, index) => item(index)).join(", ")}]`;
const role = (permission: string): Record<string, string> =>
  roles(`r: { index_permissions: [{ ${permission} }] }`);
const pattern = (text: string): Record<string, string> =>
  role(`index_patterns: [${quoted(text)}], allowed_actions: [read]`);
const action = (text: string): Record<string, string> =>
  role(`index_patterns: [a], allowed_actions: [${quoted(text)}]`);
const query = (text: string): Record<string, string> =>
  role(`index_patterns: [a], allowed_actions: [read], dls: ${quoted(text)}`);
const described = (text: string): Record<string, string> => roles(`r: { description: ${quoted(text)} }`);

/** Content of a hostile file that can grow without end, and the size that the test uses. */
const families: Readonly<
  Record<string, readonly [size: number, files: (size: number) => Record<string, string>]>
> = {
  roles: [4_000, (n) => roles(lines(n, (i) => `r${i}: { cluster_permissions: [cluster_monitor] }`))],
  "roles with findings": [4_000, (n) => roles(lines(n, (i) => `r${i}: { clusterpermissions: [x] }`))],
  "mappings of unknown roles": [4_000, (n) => mappings(lines(n, (i) => `r${i}: { users: [u${i}] }`))],
  "mappings with roles": [
    4_000,
    (n) => ({
      ...roles(lines(n, (i) => `r${i}: { cluster_permissions: ["*"] }`)),
      ...mappings(lines(n, (i) => `r${i}: { users: [u${i}] }`)),
    }),
  ],
  "roles whose callers write by another role": [
    8_000,
    (n) => {
      const users = makeList(n, (i) => `u${i}`);
      const allowed = `["indices:data/write/index", "indices:data/write/bulk[s]"]`;
      const block = `index_permissions: [{ index_patterns: [a], allowed_actions: ${allowed} }]`;
      return {
        ...roles(
          `w: { cluster_permissions: ["indices:data/write/bulk"] }\n${lines(n, (i) => `r${i}: { ${block} }`)}`,
        ),
        ...mappings(`w: { users: ${users} }\n${lines(n, (i) => `r${i}: { users: [u${i}] }`)}`),
      };
    },
  ],
  "blocks of one role": [
    4_000,
    (n) =>
      roles(
        `r: { index_permissions: ${makeList(n, (i) => `{ index_patterns: [a${i}], allowed_actions: [read] }`)} }`,
      ),
  ],
  suppressions: [
    4_000,
    (n) =>
      roles(
        lines(
          n,
          (i) => `r${i}: { cluster_permissions: ["*", x${i}] } # osac-disable-line no-effect a reason`,
        ),
      ),
  ],
  "names alike": [8_000, (n) => roles(lines(n, (i) => `${"Il1"[i % 3]}${"O0"[i % 2]}${i}: {}`))],
  "names of one skeleton": [
    4_000,
    (n) =>
      roles(
        lines(
          n,
          (i) =>
            `${[...i.toString(2).padStart(14, "0")].map((bit) => (bit === "0" ? "O" : "0")).join("")}x: {}`,
        ),
      ),
  ],
  "a long name": [400_000, (n) => roles(`? ${quoted("n".repeat(n))}\n: {}`)],
  "names that are long": [
    640,
    (n) => roles(lines(n, (i) => `? ${quoted("n".repeat(900) + i)}\n: { clusterpermissions: [x] }`)),
  ],
  "a long description": [800_000, (n) => described("x".repeat(n))],
  "invisible characters": [200_000, (n) => described("\u200B".repeat(n))],
  "combining characters": [200_000, (n) => described("\u0301".repeat(n))],
  "blanks in a description": [800_000, (n) => described(`x${" ".repeat(n)}x`)],
  quotes: [200_000, (n) => described('"'.repeat(n))],
  backslashes: [200_000, (n) => described("\\".repeat(n))],
  braces: [400_000, (n) => described("{".repeat(n))],
  "openings of placeholders": [400_000, (n) => described("${".repeat(n))],
  "openings of variables": [400_000, (n) => described("${env.".repeat(n / 6))],
  "placeholders in placeholders": [400_000, (n) => described("${env.A:-".repeat(n / 9) + "}".repeat(n / 9))],
  placeholders: [100_000, (n) => described("${env.A}".repeat(n / 8))],
  "openings of files": [500, (n) => described("${file:".repeat(n / 7))],
  "blanks in a name of an index": [400_000, (n) => pattern(`a${" ".repeat(n)}b`)],
  stars: [400_000, (n) => pattern("*".repeat(n))],
  "stars and letters": [400_000, (n) => pattern("*a".repeat(n / 2))],
  commas: [400_000, (n) => pattern(",".repeat(n))],
  dashes: [400_000, (n) => pattern("-".repeat(n))],
  "openings of expressions": [400_000, (n) => pattern("/(".repeat(n / 2))],
  "an expression of groups": [4_000, (n) => pattern(`/${"(a)".repeat(n / 3)}/`)],
  "an expression of groups in groups": [
    200_000,
    (n) => pattern(`/${"(".repeat(n / 2)}${")".repeat(n / 2)}/`),
  ],
  "an expression of choices": [200_000, (n) => pattern(`/${"a|".repeat(n / 2)}/`)],
  "an expression of classes": [200_000, (n) => pattern(`/${"[a-z]".repeat(n / 5)}/`)],
  "an expression of classes in classes": [
    200_000,
    (n) => pattern(`/${"[".repeat(n / 2)}a${"]".repeat(n / 2)}/`),
  ],
  "an expression of one class": [200_000, (n) => pattern(`/[${"a-z".repeat(n / 3)}]/`)],
  "an expression of intersections": [200_000, (n) => pattern(`/[${"a&&".repeat(n / 3)}b]/`)],
  "an expression of repetitions": [200_000, (n) => pattern(`/${"a{1,2}".repeat(n / 6)}/`)],
  "an expression of signs": [200_000, (n) => pattern(`/${"a*".repeat(n / 2)}/`)],
  "an expression of letters": [200_000, (n) => pattern(`/${"a".repeat(n)}/`)],
  "an expression of quotes": [200_000, (n) => pattern(`/${"\\Qa".repeat(n / 3)}/`)],
  "an expression of closed quotes": [200_000, (n) => pattern(`/${"\\Qa\\E".repeat(n / 5)}/`)],
  "an expression of names": [
    200_000,
    (n) => pattern(`/${lines(n / 10, (i) => `(?<n${i}>a)`).replaceAll("\n", "")}/`),
  ],
  "an expression of references": [200_000, (n) => pattern(`/(a)${"\\1".repeat(n / 2)}/`)],
  "an expression of numbers": [200_000, (n) => pattern(`/(a)\\${"1".repeat(n)}/`)],
  "an expression of looks behind": [200_000, (n) => pattern(`/${"(?<=a)".repeat(n / 6)}/`)],
  "an expression of looks behind in looks": [
    200_000,
    (n) => pattern(`/${"(?<=".repeat(n / 5)}${")".repeat(n / 5)}/`),
  ],
  "an expression of flags": [200_000, (n) => pattern(`/${"(?x)".repeat(n / 4)}/`)],
  "an expression of comments": [200_000, (n) => pattern(`/(?x)${"# \n".repeat(n / 3)}/`)],
  "an expression of blanks": [200_000, (n) => pattern(`/(?x)a${" ".repeat(n)}b/`)],
  "an expression of codes": [200_000, (n) => pattern(`/${"\\x{41}".repeat(n / 6)}/`)],
  "an expression of properties": [200_000, (n) => pattern(`/${"\\p{L}".repeat(n / 5)}/`)],
  "an expression of open properties": [200_000, (n) => pattern(`/${"\\p{".repeat(n / 3)}/`)],
  "an expression of backslashes": [200_000, (n) => pattern(`/${"\\\\".repeat(n / 2)}/`)],
  "a separator of letters": [
    200_000,
    (n) =>
      config(
        `{ authc: { a: { http_authenticator: { type: proxy, config: { roles_separator: ${quoted("a|".repeat(n / 2))} } } } } }`,
      ),
  ],
  "a long action": [400_000, (n) => action(`indices:${"a/".repeat(n / 2)}`)],
  "stars in an action": [400_000, (n) => action(`indices:${"*a".repeat(n / 2)}`)],
  "unknown actions": [
    2_000,
    (n) => role(`index_patterns: [a], allowed_actions: ${makeList(n, (i) => `indices:data/x${i}`)}`),
  ],
  "unknown groups": [
    8_000,
    (n) => role(`index_patterns: [a], allowed_actions: ${makeList(n, (i) => `GROUP${i}`)}`),
  ],
  patterns: [
    16_000,
    (n) => role(`index_patterns: ${makeList(n, (i) => `"a${i}-*"`)}, allowed_actions: [read]`),
  ],
  "patterns twice": [
    16_000,
    (n) => role(`index_patterns: ${makeList(n, (i) => `"a${i % (n / 2)}"`)}, allowed_actions: [read]`),
  ],
  permissions: [
    8_000,
    (n) =>
      roles(
        `r: { index_permissions: ${makeList(n, (i) => `{ index_patterns: [a${i}], allowed_actions: [read] }`)} }`,
      ),
  ],
  fields: [
    16_000,
    (n) =>
      role(
        `index_patterns: [a], allowed_actions: [read], fls: ${makeList(n, (i) => `"~f${i}"`)}, masked_fields: ${makeList(n, (i) => `f${i}`)}`,
      ),
  ],
  "a masked field of pairs": [
    200_000,
    (n) =>
      role(
        `index_patterns: [a], allowed_actions: [read], masked_fields: [${quoted(`f${"::/a/::b".repeat(n / 8)}`)}]`,
      ),
  ],
  tenants: [
    8_000,
    (n) =>
      roles(
        `r: { tenant_permissions: ${makeList(n, (i) => `{ tenant_patterns: [t${i}], allowed_actions: [kibana_all_read] }`)} }`,
      ),
  ],
  "known tenants": [
    8_000,
    (n) => ({
      ...roles(
        `r: { tenant_permissions: [{ tenant_patterns: ${makeList(n, (i) => `"t${i}*"`)}, allowed_actions: [kibana_all_read] }] }`,
      ),
      "tenants.yml": `${meta("tenants")}${lines(n, (i) => `t${i}: {}`)}\n`,
    }),
  ],
  members: [
    16_000,
    (n) =>
      mappings(
        `all_access: { users: ${makeList(n, (i) => `u${i}`)}, hosts: ${makeList(n, (i) => `"10.0.0.${i}"`)} }`,
      ),
  ],
  "members with findings": [
    16_000,
    (n) => mappings(`all_access: { users: ${makeList(n, (i) => `" u${i} "`)} }`),
  ],
  "members that are no texts": [
    4_000,
    (n) => mappings(`all_access: { users: ${makeList(n, (i) => `{ a: ${i} }`)} }`),
  ],
  "members that are blank": [4_000, (n) => mappings(`all_access: { users: ${makeList(n, () => "~")} }`)],
  groups: [
    8_000,
    (n) => ({
      "action_groups.yml": `${meta("actiongroups")}${lines(n, (i) => `g${i}: { allowed_actions: [g${i + 1}] }`)}\n`,
    }),
  ],
  "slips in long names": [
    800,
    (n) => ({
      ...roles(lines(50, (i) => `${"a".repeat(90)}${i}: {}`)),
      ...mappings(lines(n, (i) => `${"a".repeat(90)}x${i}: {}`)),
    }),
  ],
  "a circle of groups": [
    4_000,
    (n) => ({
      "action_groups.yml": `${meta("actiongroups")}${lines(n, (i) => `g${i}: { allowed_actions: [g${(i + 1) % n}] }`)}\n`,
    }),
  ],
  "small circles of groups": [
    2_000,
    (n) => ({
      "action_groups.yml": `${meta("actiongroups")}${lines(n, (i) => `g${i}: { allowed_actions: [g${i - (i % 50) + ((i + 1) % 50)}] }`)}\n`,
    }),
  ],
  "groups of everybody": [
    4_000,
    (n) => ({
      "action_groups.yml": `${meta("actiongroups")}${lines(n, (i) => `g${i}: { allowed_actions: [g${(i + 1) % n}, g${(i * 7) % n}] }`)}\n`,
    }),
  ],
  "a role with a chain of groups": [
    4_000,
    (n) => ({
      ...roles(`r: { cluster_permissions: [g0] }`),
      "action_groups.yml": `${meta("actiongroups")}${lines(n, (i) => `g${i}: { allowed_actions: [g${i + 1}] }`)}\n`,
    }),
  ],
  "roles of one chain of groups": [
    1_000,
    (n) => ({
      ...roles(lines(n, (i) => `r${i}: { cluster_permissions: [g0] }`)),
      "action_groups.yml": `${meta("actiongroups")}${lines(n, (i) => `g${i}: { allowed_actions: [g${i + 1}] }`)}\n`,
    }),
  ],
  users: [
    4_000,
    (n) => ({
      "internal_users.yml": `${meta("internalusers")}${lines(n, (i) => `u${i}: { hash: "${"x".repeat(20)}", backend_roles: [admin], opendistro_security_roles: [r${i}] }`)}\n`,
    }),
  ],
  attributes: [
    16_000,
    (n) => ({
      "internal_users.yml": `${meta("internalusers")}u: { hash: x, attributes: { ${pieces(n, (i) => `a${i}: b,`)} } }\n`,
    }),
  ],
  domains: [
    2_000,
    (n) =>
      config(
        `{ authc: { ${pieces(n, (i) => `d${i}: { order: ${i}, http_authenticator: { type: basic }, authentication_backend: { type: intern } },`)} } }`,
      ),
  ],
  "domains of one order": [
    2_000,
    (n) =>
      config(
        `{ authc: { ${pieces(n, (i) => `d${i}: { order: 1, http_authenticator: { type: basic }, authentication_backend: { type: intern } },`)} } }`,
      ),
  ],
  listeners: [
    4_000,
    (n) =>
      config(`{ auth_failure_listeners: { ${pieces(n, (i) => `l${i}: { type: ip, allowed_tries: 0 },`)} } }`),
  ],
  proxies: [
    100_000,
    (n) => config(`{ http: { xff: { enabled: true, internalProxies: ${quoted("a|".repeat(n / 2))} } } }`),
  ],
  nodes: [
    8_000,
    (n) => ({
      "nodes_dn.yml": `${meta("nodesdn")}${lines(n, (i) => `n${i}: { nodes_dn: ["CN=${i},*"] }`)}\n`,
    }),
  ],
  allowlist: [
    8_000,
    (n) => ({
      "allowlist.yml": `${meta("allowlist")}config: { enabled: true, requests: { ${pieces(n, (i) => `/a${i}: [GET],`)} } }\n`,
    }),
  ],
  audit: [
    16_000,
    (n) => ({
      "audit.yml": `${meta("audit")}config: { audit: { ignore_users: ${makeList(n, (i) => `"u${i}"`)}, disabled_rest_categories: ${makeList(n, () => "AUTHENTICATED")} } }\n`,
    }),
  ],
  "a query of lists": [
    400_000,
    (n) => query(`{"bool":{"must":[${'{"term":{"a":1}},'.repeat(n / 17)}{"match_all":{}}]}}`),
  ],
  "a query of openings": [400_000, (n) => query('{"bool":'.repeat(n / 8))],
  "a query of blanks": [400_000, (n) => query(`{${" ".repeat(n)}"match_all": {}}`)],
  "a query of variables": [200_000, (n) => query(`{"terms":{"a":["${"${user.name}".repeat(n / 12)}"]}}`)],
  "a query of open variables": [400_000, (n) => query(`{"terms":{"a":["${"${user".repeat(n / 6)}"]}}`)],
  "a query of fallbacks": [200_000, (n) => query(`{"terms":{"a":["${"${attr.a|b:-c}".repeat(n / 14)}"]}}`)],
  "a query of quotes": [400_000, (n) => query('{"'.repeat(n / 2))],
  "a query of backslashes": [400_000, (n) => query(`{"a": "${"\\\\".repeat(n / 2)}"}`)],
  "a query of keys": [
    16_000,
    (n) => query(`{"bool":{${Array.from({ length: n }, (_, i) => `"k${i}":1`).join(",")}}}`),
  ],
  "lists in lists": [40_000, (n) => roles(`r: ${"[".repeat(n)}`)],
  "comments of Windows": [40_000, (n) => roles(`# x\r\n`.repeat(n) + "r: {}")],
  "comments after values": [8_000, (n) => roles(lines(n, (i) => `r${i}: {} # x\t`))],
  "keys twice": [8_000, (n) => roles(lines(n, (i) => `r${i % 2}: {}`))],
  "unknown fields": [16_000, (n) => roles(`r: { ${pieces(n, (i) => `f${i}: 1,`)} }`)],
  "fields of one name": [16_000, (n) => roles(`r: { ${pieces(n, () => `f: 1,`)} }`)],
  "a field of a long name": [200_000, (n) => roles(`r:\n  ? ${"f".repeat(n)}\n  : 1`)],
  anchors: [8_000, (n) => roles(lines(n, (i) => `r${i}: &a${i} {}`))],
  aliases: [8_000, (n) => roles(`a: &a { description: x }\n${lines(n, (i) => `r${i}: *a`)}`)],
  merges: [8_000, (n) => roles(`a: &a { description: x }\n${lines(n, (i) => `r${i}: { <<: *a }`)}`)],
  documents: [8_000, (n) => roles(lines(n, () => "---\nr: {}"))],
  "block text": [16_000, (n) => roles(`r:\n  description: |\n${lines(n, (i) => `    line ${i}`)}`)],
  "folded text": [16_000, (n) => roles(`r:\n  description: >\n${lines(n, (i) => `    line ${i}`)}`)],
  "plain text in lines": [16_000, (n) => roles(`r:\n  description: x\n${lines(n, (i) => `    line ${i}`)}`)],
  "quoted text in lines": [
    16_000,
    (n) => roles(`r:\n  description: "x\n${lines(n, (i) => `    line ${i}`)}"`),
  ],
  files: [
    1_000,
    (n) =>
      Object.fromEntries(
        Array.from({ length: n }, (_, i) => [`roles/${i}.yml`, `${meta("roles")}r${i}: {}\n`]),
      ),
  ],
  "files of others": [
    500,
    (n) => ({
      ...roles("r: {}"),
      ...Object.fromEntries(Array.from({ length: n }, (_, i) => [`x${i}.yaml`, `_meta: { type: roles }\n`])),
    }),
  ],
};

/** Inputs that are no YAML. osac reads all others to their end. */
const unreadable = new Set(["lists in lists", "a long name", "a field of a long name"]);

test.each(Object.entries(families))("validate grows as its files do: %s", async (name, [size, files]) => {
  await expectLinear(size, async (n) => {
    const cwd = await folder(files(n));
    return async () => {
      const { code, out } = await osac(["validate"], { cwd });
      expect([0, 3]).toContain(code);
      expect(out.includes("[yaml-syntax]")).toBe(unreadable.has(name));
    };
  });
});
