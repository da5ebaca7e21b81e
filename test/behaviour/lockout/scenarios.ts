import type { KindName } from "../../../src/model/kind-name.ts";
import type { Json } from "../../../src/model/value.ts";
import { add, remove } from "../../server/contract/answers.ts";
import { cheapHash } from "../../server/contract/suite.ts";

type Live = { readonly [Kind in KindName]?: readonly ReturnType<typeof add>[] };

/** One way to lock the caller out. */
export interface LockoutScenario {
  /** The live entities besides the baseline. */
  readonly live?: Live;
  /** The files of the directory, without their headers. */
  readonly files: Readonly<Record<string, string>>;
  /** osac.yml. */
  readonly settings?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The message of the refusal. */
  readonly says: RegExp;
  /** True if the server may behave differently, because it is not certain which login domain it keeps. */
  readonly isOpen?: true;
}

const deploy = (fields: string): Record<string, string> => ({
  "internal_users.yml": `deploy: { hash: "${cheapHash}", ${fields} }\n`,
});

const ownRoles = "opendistro_security_roles: [osac_admin, osac_monitor]";

const mapping = (fields: string): Record<string, string> => ({
  "roles_mapping.yml": `security_rest_api_access: ${fields}\n`,
});

const mapped = (fields: { readonly [field: string]: Json }): Live => ({
  rolesmapping: [add("/security_rest_api_access", { ...fields })],
});

const config = (domains: string): Record<string, string> => ({
  "config.yml": `config: { dynamic: { authc: { ${domains} } } }\n`,
});

const domain = (type: string, backend: string, more = "", settings = ""): string =>
  `{ http_enabled: true, order: 4, ${more} http_authenticator: { type: ${type}, challenge: true${settings} }, authentication_backend: ${backend} }`;

const internal = "{ type: intern }";
const basic = `basic_internal_auth_domain: ${domain("basic", internal)}`;
const key = `, config: { signing_key: "${Buffer.alloc(64, "x").toString("base64")}" }`;
const tokens = (order: number, challenge: boolean): string =>
  `{ http_enabled: true, order: ${order}, http_authenticator: { type: jwt, challenge: ${challenge}${key} }, authentication_backend: { type: noop } }`;

/** osac refuses each scenario before anything is written, or reverts it if the guard is bypassed. */
export const scenarios: Readonly<Record<string, LockoutScenario>> = {
  "the own mapping is pruned": {
    files: { "roles_mapping.yml": "" },
    settings: "prune: { rolesmapping: { mode: all, include: [security_rest_api_access] } }\n",
    says: /backend role "ops" → rolesmapping\/security_rest_api_access → role security_rest_api_access/,
  },
  "the own mapping is emptied": {
    files: mapping("{ backend_roles: [] }"),
    says: /backend role "ops" → rolesmapping/,
  },
  "the own backend role leaves the mapping": {
    files: mapping("{ backend_roles: [platform], users: [somebody] }"),
    says: /backend role "ops" → rolesmapping/,
  },
  "the mapping's wildcard is narrowed": {
    live: mapped({ users: ["dep*"] }),
    files: mapping("{ users: [deployer*] }"),
    says: /user "dep\*" → rolesmapping/,
  },
  "the mapping's regular expression is narrowed": {
    live: mapped({ users: ["/deploy|release/"] }),
    files: mapping("{ users: [/release/] }"),
    says: /user "\/deploy\|release\/" → rolesmapping/,
  },
  "the mapping asks for one more backend role": {
    live: mapped({ and_backend_roles: ["ops"] }),
    files: mapping("{ and_backend_roles: [ops, eu] }"),
    says: /backend roles "ops" → rolesmapping/,
  },
  "the mapping's address is another": {
    live: mapped({ hosts: ["127.0.0.*"] }),
    files: mapping('{ hosts: ["10.*"] }'),
    says: /host "127\.0\.0\.\*" → rolesmapping/,
  },
  "the own user loses its backend role": {
    files: deploy(`backend_roles: [], ${ownRoles}`),
    says: /internalusers\/deploy: .*backend role "ops" → rolesmapping/,
  },
  "the own user loses the role of its own list": {
    live: {
      rolesmapping: [remove("/security_rest_api_access")],
      internalusers: [
        add("/deploy/opendistro_security_roles", ["osac_admin", "osac_monitor", "security_rest_api_access"]),
      ],
    },
    files: deploy(`backend_roles: [ops], ${ownRoles}`),
    says: /internalusers\/deploy \(opendistro_security_roles\) → role security_rest_api_access/,
  },
  "two changes together take both ways": {
    live: {
      internalusers: [add("/deploy/opendistro_security_roles", ["osac_admin", "osac_gate", "osac_monitor"])],
    },
    files: { ...deploy(`backend_roles: [ops], ${ownRoles}`), ...mapping("{ backend_roles: [platform] }") },
    settings: "lockout: { rest_api_roles: [security_rest_api_access, osac_gate] }\n",
    says: /opendistro_security_roles\) → role osac_gate[^]*backend role "ops" → rolesmapping/,
  },
  "a role of another name opens the API": {
    live: { rolesmapping: [remove("/security_rest_api_access"), add("/osac_gate", { users: ["deploy"] })] },
    files: { "roles_mapping.yml": "osac_gate: { users: [nobody] }\n" },
    settings: "lockout: { rest_api_roles: [osac_gate] }\n",
    says: /user "deploy" → rolesmapping\/osac_gate/,
  },
  "nobody says which role opens the API": {
    live: { rolesmapping: [remove("/security_rest_api_access"), add("/osac_gate", { users: ["deploy"] })] },
    files: { "roles_mapping.yml": "osac_gate: { users: [nobody] }\n" },
    says: /rolesmapping\/osac_gate → role osac_gate; which roles open the REST API is not known/,
  },
  "the own user is pruned": {
    files: { "internal_users.yml": "" },
    settings: "prune: { internalusers: { mode: all, include: [deploy] } }\n",
    says: /deletes the user itself/,
  },
  "the own password changes": {
    files: {
      "internal_users.yml": `deploy: { password: "\${env.NEW_PASSWORD}", backend_roles: [ops], ${ownRoles} }\n`,
    },
    args: ["--set-password", "deploy"],
    env: { NEW_PASSWORD: "Rotated-2026-12-01" },
    says: /another password than the one in use/,
  },
  "the own list loses the role of a REST administrator": {
    files: deploy("backend_roles: [ops], opendistro_security_roles: [osac_monitor]"),
    says: /loss of restapi:admin\//,
  },
  "the own role is emptied": {
    files: { "roles.yml": "osac_admin: { cluster_permissions: [cluster_monitor] }\n" },
    says: /roles\/osac_admin: .*loss of restapi:admin\//,
  },
  "the own role is pruned": {
    files: { "roles.yml": "" },
    settings: "prune: { roles: { mode: all, include: [osac_admin] } }\n",
    says: /roles\/osac_admin: .*loss of restapi:admin\//,
  },
  "an action group of the own role is emptied": {
    files: { "action_groups.yml": "osac_outer: { allowed_actions: [cluster_monitor] }\n" },
    says: /actiongroups\/osac_outer: .*loss of restapi:admin\//,
  },
  "no domain is left": {
    files: { "config.yml": "config: { dynamic: {} }\n" },
    says: /basic_internal_auth_domain, by which it logs in, is gone/,
  },
  "the own domain is disabled": {
    files: config(basic.replace("http_enabled: true", "http_enabled: false")),
    says: /basic_internal_auth_domain, by which it logs in, is disabled/,
  },
  "tokens take the place of passwords": {
    files: config(`tokens: ${tokens(0, true)}`),
    says: /basic_internal_auth_domain, by which it logs in, is gone/,
  },
  "a challenge comes before the own domain": {
    files: config(`${basic}, tokens: ${tokens(0, true)}`),
    says: /tokens \(jwt, challenge: true\) comes before basic_internal_auth_domain/,
  },
  "the own domain asks somebody else": {
    files: config(
      `basic_internal_auth_domain: ${domain("basic", "{ type: ldap, config: { hosts: [127.0.0.1:1] } }")}`,
    ),
    args: [],
    says: /basic_internal_auth_domain, by which it logs in, is not what it was/,
  },
  "the own domain has another type": {
    files: config(`basic_internal_auth_domain: ${domain("clientcert", internal)}`),
    says: /basic_internal_auth_domain, by which it logs in, is not what it was/,
  },
  "another domain has the same order": {
    files: config(`${basic}, aa: ${tokens(4, false)}`),
    args: [],
    says: /have the same order, 4, and the server keeps only one of them/,
    isOpen: true,
  },
  "the allowlist lacks the own paths": {
    files: { "allowlist.yml": "config: { enabled: true, requests: { /_cat/nodes: [GET] } }\n" },
    says: /after this change only the admin certificate can send GET \/_plugins\/_security\/api\/allowlist/,
  },
};
