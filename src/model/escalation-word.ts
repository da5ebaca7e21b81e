/** The words of escalations with their meanings, in the order of reports. The reference lists them from here. */
export const escalationWords = {
  "security-administration":
    "may change the security configuration through the REST API, by a role that opens it or by a permission of `restapi:admin/`",
  "open-to-everyone":
    "everyone, or anonymous callers, may administer the cluster, or read, write or administer all indices or nearly all",
  everything:
    "may read, write and administer all indices or nearly all, or has all cluster permissions or `cluster:admin/*`",
  "security-index": "has permissions on the index of the security configuration by a pattern for it",
  "system-indices":
    "has `system:admin/system_index`, which opens system indices if the nodes have `system_indices.permission.enabled`",
  "removed-restriction": "sees more documents or fields of an index than before, or fields that were masked",
  "unproven-login":
    "a login domain believes a name without a proof: from a header, with any password, or from a token without a key",
  "login-authority":
    "another identity provider, directory, key or claim decides who callers are, or which backend roles they have",
  "anonymous-login": "callers without a login are let in",
  "weaker-audit": "the audit or compliance log records less",
  "node-trust": "another certificate counts as a node, which may do everything",
  "wider-allowlist": "more of the REST API is open to callers without the admin certificate",
  "protected-entity": "an own entity is hidden or reserved, so other administrators cannot see or change it",
} as const;

export type EscalationWord = keyof typeof escalationWords;
