import { Refusal, json } from "./answers.ts";
import type { Caller } from "./authenticate.ts";
import { isObject, asTexts } from "./documents.ts";
import type { SimulatedNode } from "./node.ts";

/** Paths that the allowlist blocks even for the admin certificate. */
const closedToEverybody = ["/_plugins/_security/whoami", "/_plugins/_security/health"];

/**
 * Refuses a path that an enabled allowlist does not list. The comparison is exact, without parameters and a
 * last slash.
 */
export function requireAllowlisted(
  node: SimulatedNode,
  caller: Caller | undefined,
  method: string,
  path: string,
): void {
  const allowlist = node.store.active.allowlist.get("config");
  if (allowlist?.["enabled"] !== true) return;
  const plain = path.replace(/(?<=.)\/$/, "");
  if (caller?.isCertificate && !closedToEverybody.includes(plain)) return;
  const requests = isObject(allowlist["requests"]) ? allowlist["requests"] : {};
  const listed = [plain, `${plain}/`].flatMap((candidate) => asTexts(requests[candidate]));
  if (listed.includes(method)) return;
  throw new Refusal(json({ error: `${method} ${path} API not allowlisted`, status: "FORBIDDEN" }, 403));
}
