import { failure } from "../errors.ts";
import { redact, quoteRedacted } from "../secrets/redact.ts";
import { isRecord } from "../value/record.ts";
import type { Kind } from "../kinds/kind.ts";
import type { Answer } from "../model/cluster.ts";
import { services, type Service } from "../kinds/services/index.ts";
import type { ServiceName } from "../model/service-name.ts";
import type { LiveKind } from "../model/entity.ts";
import type { Json } from "../model/value.ts";
import { isFromEdge } from "./recognize-plugin.ts";
import { findSignatureCause } from "./sigv4/signature-causes.ts";

interface Refusal {
  readonly status: number;
  readonly says: RegExp;
  /** The only kind that the refusal concerns. */
  readonly path?: string;
  readonly reason: string;
  readonly hint: (kind: Kind) => string;
}

/** The most characters of a server message that osac quotes. */
const wordsMax = 500;

const keptBack: Omit<Refusal, "status" | "says"> = {
  reason: "a proxy or a policy before the server blocks it",
  hint: ({ path }) => `let the job reach the path that ends in ${path}, with GET and PATCH`,
};

/**
 * The answer if the caller has no role of `restapi.roles_enabled`, or if `restapi.endpoints_disabled` has the
 * request.
 */
export const noAccess: RegExp = /No permission to access REST API/i;

/**
 * Reasons why a caller cannot read or write a kind, with the setting that gives access. The first match
 * counts.
 */
const refusals: readonly Refusal[] = [
  {
    status: 404,
    says: /not supported for this action/i,
    reason: "the cluster has no document of this resource type",
    hint: ({ file }) => `upload ${file} once with securityadmin.sh`,
  },
  { status: 404, says: /^/, ...keptBack },
  {
    status: 403,
    says: /not allowlisted/i,
    reason: "the allowlist does not have its path",
    hint: ({ path }) => `add /_plugins/_security/api/${path} to allowlist.yml, with the admin certificate`,
  },
  {
    status: 403,
    says: /need to be updated/i,
    reason: "the cluster has no document of this resource type",
    hint: ({ file }) => `upload ${file} once with securityadmin.sh`,
  },
  {
    status: 403,
    says: noAccess,
    reason: "the caller has no access to this part of the REST API",
    hint: () =>
      "give the caller a role that plugins.security.restapi.roles_enabled lists, and that plugins.security.restapi.endpoints_disabled does not restrict",
  },
  {
    status: 403,
    says: /Access denied/i,
    path: "securityconfig",
    reason: "a server setting must allow changes by REST; without it even the admin certificate is refused",
    hint: () =>
      "set plugins.security.unsupported.restapi.allow_securityconfig_modification: true in opensearch.yml of every node; with plugins.security.restapi.admin.enabled: true, use the admin certificate or a caller with restapi:admin/config/update instead",
  },
  {
    status: 403,
    says: /Access denied/i,
    reason: "only REST administrators may use it",
    hint: ({ path }) =>
      `log in with the admin certificate; or set plugins.security.restapi.admin.enabled: true on the nodes, and give the caller the permission restapi:admin/${path}`,
  },
  {
    status: 403,
    says: /User \[name=arn:aws/,
    reason: "the plugin maps the ARN of the caller to no role that allows it",
    hint: () =>
      "have an administrator add the ARN of the role to backend_roles of the mappings all_access or security_manager",
  },
  {
    status: 403,
    says: /^/,
    reason: "the caller is not allowed to",
    hint: () => "look at the caller's roles",
  },
  {
    status: 400,
    says: /no handler/i,
    reason: "the server has it switched off",
    hint: ({ enabledBy }) => (enabledBy === undefined ? "check --api-prefix" : `set ${enabledBy}: true`),
  },
  {
    status: 405,
    says: /^/,
    reason: "the server does not let it be changed by REST",
    hint: () => "set plugins.security.unsupported.restapi.allow_securityconfig_modification: true",
  },
  {
    status: 501,
    says: /^/,
    reason: "the cluster had no document of this resource type when it started",
    hint: ({ file }) => `upload ${file} once with securityadmin.sh`,
  },
];

/** Explains an answer other than 200. An error of the whole cluster ends the run instead. */
export function explainRefusal(
  kind: Kind,
  answer: Answer,
  service?: ServiceName,
): LiveKind & { readable: false } {
  const kept = service && explainByService(kind, answer, services[service]);
  if (kept) return kept;
  if (isFromEdge(answer))
    return {
      readable: false,
      reason: `${keptBack.reason}: ${saidByEdge(answer)}`,
      hint: isRecord(answer.body) ? edgeHint(answer) : keptBack.hint(kind),
    };
  const found = refusals.find(
    ({ status, says, path = kind.path }) =>
      status === answer.status && says.test(answer.text) && path === kind.path,
  );
  if (found) {
    const hint = found.says === noAccess && service ? services[service].access : found.hint(kind);
    return { readable: false, reason: found.reason, hint };
  }
  const message = `GET ${kind.path} answered ${answer.status}: ${serverMessage(answer)}`;
  throw failure("access", answer.status === 401 ? "unauthenticated" : "read-failed", message, {
    kind: kind.name,
  });
}

/** The service keeps the kind to itself, and says so in many ways. It answers 5xx only while it fails. */
function explainByService(
  { name }: Kind,
  { status, text }: Answer,
  { label, outOfReach }: Service,
): (LiveKind & { readable: false }) | undefined {
  const hint = outOfReach[name];
  if (hint === undefined || status >= 500 || /is not authorized to perform/.test(text)) return undefined;
  return { readable: false, reason: `${label} does not offer it`, hint };
}

/** The message of a proxy or an access policy. It shortens a page, which has many lines. */
export function saidByEdge(answer: Answer): string {
  return isRecord(answer.body) ? serverMessage(answer) : "with a page";
}

/** What to do about a refusal of Amazon OpenSearch Service before the plugin. The first match counts. */
const edgeRemedies: readonly { readonly says: RegExp; readonly hint: (found: RegExpExecArray) => string }[] =
  [
    {
      says: /User: anonymous is not authorized/,
      hint: () => "the domain wants signed requests: pass --auth sigv4",
    },
    {
      says: /Authorization header requires '/,
      hint: () => "the domain wants signed requests and no user or token: pass --auth sigv4",
    },
    {
      says: /is not authorized to perform: (es:\w+)/,
      hint: ([, action]) =>
        `allow ${action} to it on the ARN of the domain with /* at the end, in its IAM policy or the domain's access policy`,
    },
    {
      says: /^Request size exceeded/,
      hint: () =>
        "an entity is larger than the domain takes in one request: split it, or use a larger instance type",
    },
    {
      says: /^Your request: '/,
      hint: () => "the service keeps this path to itself: leave the resource type out with --kinds",
    },
  ];

/** The hint if a proxy or an access policy refuses a request. */
export function edgeHint(answer: Answer): string {
  const said = extractMessage(answer);
  const cause = findSignatureCause(said);
  if (cause) return cause.hint;
  for (const { says, hint } of edgeRemedies) {
    const found = says.exec(said);
    if (found) return hint(found);
  }
  return "have its access policy, or the login of the proxy, let the job through";
}

/** The message of the server without secrets. It may quote the request or stored documents. */
export function serverMessage(answer: Answer): string {
  return quoteServer(extractMessage(answer));
}

/** Quotes a text of the server: without secrets and documents, and with a limited length. */
export function quoteServer(text: string): string {
  const words = redact(cutDocuments(text));
  return quoteRedacted(words.length > wordsMax ? `${words.slice(0, wordsMax)}…` : words);
}

/**
 * Removes quoted documents, in JSON or as Java prints a map. If one is cut off, it removes the rest of the
 * text. The documents may contain secrets that osac does not know.
 */
function cutDocuments(words: string): string {
  return words.replace(/(?:[{[]\s*\\*"|\{[\w.-]+=)(?:[^]*[}\]]|[^]*)/, "{…}");
}

/** Finds the message of the server: in one of its three forms of JSON, or in plain text. */
function extractMessage({ body, text }: Answer): string {
  if (!isRecord(body)) return text.trim() === "" ? "an empty answer" : firstLine(text);
  const { status: _, message, Message: policy, reason, error, ...details } = body;
  const said = message ?? policy ?? reason ?? (isRecord(error) ? error["reason"] : error);
  const keys = Object.entries(details).map(
    ([name, value]) => `${name}: ${joinLines(isRecord(value) ? value["keys"] : value)}`,
  );
  return [typeof said === "string" ? said : "no reason", ...(reason === undefined ? [] : keys)].join("; ");
}

/** Joins a text or a list of texts. Other values are no message. */
function joinLines(value: Json | undefined): string {
  if (Array.isArray(value)) return value.filter((item) => typeof item !== "object").join(",");
  return typeof value === "object" ? "" : String(value);
}

function firstLine(text: string): string {
  return text.trimStart().split("\n", 1)[0]!;
}
