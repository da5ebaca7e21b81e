import { makeLintFinding } from "../errors.ts";
import { isRecord } from "../value/record.ts";
import { isOn } from "../value/texts.ts";
import type { Rule } from "./rule.ts";

/** Paths that osac, monitoring and people need to reach the server; even securityadmin calls whoami. */
const needed = ["/_plugins/_security/whoami", "/_plugins/_security/health", "/_plugins/_security/authinfo"];

/**
 * An enabled allowlist refuses every path that it does not list, for everybody; only calls of the Security API with
 * the administrator's certificate still pass.
 */
export const allowlistRule: Rule = ({ body }) => {
  if (!isOn(body["enabled"])) return [];
  const requests = isRecord(body["requests"]) ? body["requests"] : {};
  const missing = needed.filter((path) => requests[path] === undefined && requests[`${path}/`] === undefined);
  if (missing.length === 0) return [];
  return [
    makeLintFinding("allowlist-lockout", {
      pointer: "/enabled",
      message: `the allowlist is enabled without ${missing.join(", ")}: then only the admin certificate has access`,
      hint: "list every path that is in use, those of the Security API included, or set enabled: false",
    }),
  ];
};
