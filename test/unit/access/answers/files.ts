const meta = (kind: string): string => `_meta: { type: ${kind}, config_version: 2 }\n`;

/** A small company, and what a change of its files makes of it. Each role has another way to permit something. */
const before: Readonly<Record<string, string>> = {
  "roles.yml": `${meta("roles")}
reader:
  cluster_permissions: [cluster_composite_ops_ro]
  index_permissions:
    - index_patterns: ["logs-*"]
      allowed_actions: [look]
writer:
  cluster_permissions: ["indices:data/write/bulk"]
  index_permissions:
    - index_patterns: ["logs-app-*", orders]
      allowed_actions: [crud, "indices:admin/create"]
hr:
  index_permissions:
    - index_patterns: [hr]
      dls: '{"term":{"team":"\${user.name}"}}'
      fls: ["~salary"]
      masked_fields: [name]
      allowed_actions: ["indices:data/read/search"]
hr_short:
  index_permissions:
    - index_patterns: [hr]
      dls: '{"bool":{"must":[{"term":{"open":true}}]}}'
      fls: [title, team]
      allowed_actions: ["indices:data/read/search"]
notes:
  index_permissions:
    - index_patterns: ["\${user_name}-notes"]
      allowed_actions: ["indices:data/read*"]
dashboards:
  cluster_permissions: [cluster_composite_ops]
  tenant_permissions:
    - tenant_patterns: [finance]
      allowed_actions: [kibana_all_write]
    - tenant_patterns: ["team-*"]
      allowed_actions: [kibana_all_read]
operator:
  cluster_permissions: [cluster_monitor, "cluster:admin/snapshot/*"]
  index_permissions:
    - index_patterns: ["*"]
      allowed_actions: [indices_monitor, "indices:admin/delete"]
admins:
  cluster_permissions: ["restapi:admin/roles", "restapi:admin/rolesmapping"]
`,
  "roles_mapping.yml": `${meta("rolesmapping")}
reader: { users: [ann, "guest-*"], backend_roles: [staff] }
writer: { users: [shipper] }
hr: { users: [eve], and_backend_roles: [hr, senior] }
hr_short: { backend_roles: [interns] }
notes: { users: ["*"] }
dashboards: { backend_roles: [staff], hosts: ["10.*"] }
operator: { backend_roles: [ops] }
admins: { users: [root] }
`,
  "internal_users.yml": `${meta("internalusers")}
ann: { hash: "\${env.HASH}", backend_roles: [staff] }
shipper: { hash: "\${env.HASH}" }
eve: { hash: "\${env.HASH}", attributes: { team: hr } }
root: { hash: "\${env.HASH}", opendistro_security_roles: [admins] }
`,
  "action_groups.yml": `${meta("actiongroups")}
look: { allowed_actions: [search_only, "indices:data/read/get"], type: index }
search_only: { allowed_actions: ["indices:data/read/search*"], type: index }
`,
  "tenants.yml": `${meta("tenants")}finance: { description: money }\nteam-a: {}\n`,
  "nodes_dn.yml": `${meta("nodesdn")}east: { nodes_dn: ["CN=east-*"] }\n`,
  "config.yml": `${meta("config")}
config:
  dynamic:
    http: { anonymous_auth_enabled: false }
    authc:
      basic:
        http_enabled: true
        order: 1
        http_authenticator: { type: basic, challenge: true }
        authentication_backend: { type: intern }
`,
  "audit.yml": `${meta("audit")}config: { enabled: true, audit: { enable_rest: true } }\n`,
};

const after: Readonly<Record<string, string>> = {
  ...before,
  "roles.yml": before["roles.yml"]!.replace('["logs-*"]', '["logs-*", audit]')
    .replace(`      fls: ["~salary"]\n`, "")
    .replace("masked_fields: [name]", "masked_fields: []")
    .replace("[crud, ", "[read, ")
    .replace("allowed_actions: [kibana_all_write]", "allowed_actions: [kibana_all_read]")
    .replace('["restapi:admin/roles", ', '["restapi:admin/*", ')
    .replace(
      "operator:\n  cluster_permissions: [cluster_monitor,",
      'operator:\n  cluster_permissions: ["*",',
    ),
  "roles_mapping.yml": before["roles_mapping.yml"]!.replace('[ann, "guest-*"]', '["*"]')
    .replace("[hr, senior]", "[hr]")
    .replace("users: [shipper]", "users: [shipper, ann]"),
  "internal_users.yml": before["internal_users.yml"]!.replace(
    "backend_roles: [staff]",
    "backend_roles: [staff, ops]",
  ).replace(/^shipper.*$/m, ""),
  "config.yml": before["config.yml"]!.replace(
    "anonymous_auth_enabled: false",
    "anonymous_auth_enabled: true",
  ).replace(
    "    authc:\n",
    `    authc:
      proxy:
        http_enabled: true
        order: 0
        http_authenticator: { type: proxy, challenge: false, config: { user_header: x-user } }
        authentication_backend: { type: noop }
`,
  ),
  "nodes_dn.yml": before["nodes_dn.yml"]!.replace("CN=east-*", "CN=*"),
  "audit.yml": before["audit.yml"]!.replace("enable_rest: true", "enable_rest: false"),
  "tenants.yml": before["tenants.yml"]!.replace("team-a: {}", "team-b: {}"),
};

const names = {
  indices: [
    { name: "logs-1", aliases: ["recent"] },
    { name: "logs-app-1", aliases: ["recent"] },
    { name: "orders" },
    { name: "hr" },
    { name: "ann-notes" },
    { name: ".kibana_1" },
    { name: ".ds-logs-stream-1", stream: "logs-stream" },
  ],
};

/** The files of both sides, and the names of a cluster. */
export const company: Readonly<Record<string, string>> = {
  ...within("it", before),
  ...within("new", after),
  "names.json": JSON.stringify(names),
};

function within(folder: string, files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]));
}
