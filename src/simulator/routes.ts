import { kinds } from "../kinds/index.ts";
import { kindNames, type KindName } from "../model/kind-name.ts";
import { Refusal, coreError, exception, message, type Answer } from "./answers.ts";
import {
  adminEndpoint,
  isAdministrator,
  requireRestAccess,
  unauthorized,
  type Caller,
} from "./authenticate.ts";
import { deleteOne, patchAll, patchOne, putOne, readAll, readOne, type EntityCall } from "./entities.ts";
import { configUpdate, getDocument, getDocuments, putDocument, securityIndex } from "./index-documents.ts";
import * as info from "./info.ts";
import type { SimulatedNode } from "./node.ts";
import { changeAccount } from "./own-account.ts";

/** A request for a handler. */
export interface Call {
  readonly node: SimulatedNode;
  readonly caller: Caller | undefined;
  readonly clientDn: string | undefined;
  readonly query: URLSearchParams;
  readonly body: string;
  /** The last part of the path, decoded, if the route ends with a name. */
  readonly name: string;
}

type Handler = (call: Call) => Answer | Promise<Answer>;

/** A path, in which `{name}` matches any name, and its handlers by method. */
export interface Route {
  readonly path: string;
  readonly methods: { readonly [Method in "GET" | "PUT" | "POST" | "PATCH" | "DELETE"]?: Handler };
  readonly parameters?: readonly string[];
}

/** Parameters that core accepts on every path. */
const coreParameters = ["pretty", "human", "filter_path", "error_trace", "format"];

const plugin = "/_plugins/_security";
const api = `${plugin}/api`;

/** Makes the routes of a node with its version and settings. */
export function makeRoutes(node: SimulatedNode): Route[] {
  const current = [...infoRoutes(node), ...kindNames.flatMap((kind) => kindRoutes(node, kind))];
  return [...documentRoutes, ...current, ...current.flatMap((route) => legacyRoutes(node, route))];
}

/** Makes the routes with the old prefix. Endpoints that are newer than the new prefix have none. */
function legacyRoutes(node: SimulatedNode, route: Route): Route[] {
  const [, rest = ""] = route.path.split(`${plugin}/`);
  const isNew =
    rest === "whoami" ||
    (rest === "configupdate" && !node.quirks.hasLegacyConfigUpdate) ||
    /^api\/(?:allowlist|certificates|cache\/user)\b/.test(rest);
  if (isNew) return [];
  return [{ ...route, path: `/_opendistro/_security/${rest === "dashboardsinfo" ? "kibanainfo" : rest}` }];
}

/** Returns the answer to a request, or throws a refusal. */
export function dispatch(
  routes: readonly Route[],
  method: string,
  path: string,
  call: Omit<Call, "name">,
): Answer | Promise<Answer> {
  const { route, name } = findRoute(routes, method, path);
  const handler = route.methods[method as keyof Route["methods"]]!;
  const allowed = [...coreParameters, ...(route.parameters ?? [])];
  const unknown = [...call.query.keys()].find((parameter) => !allowed.includes(parameter));
  if (unknown !== undefined) {
    const reason = `request [${path}] contains unrecognized parameter: [${unknown}]`;
    throw new Refusal(exception(400, "illegal_argument_exception", reason));
  }
  return handler({ ...call, name });
}

/** Finds the route of a request. Refuses others in the words of core, which knows no callers. */
export function findRoute(
  routes: readonly Route[],
  method: string,
  path: string,
): { route: Route; name: string } {
  const parts = path.replace(/(?<=.)\/$/, "").split("/");
  const matching = routes.filter((route) => matches(route.path.split("/"), parts));
  const route = matching.find(({ methods }) => method in methods);
  if (route) return { route, name: decode(parts.at(-1)!) };
  if (matching.length === 0)
    throw new Refusal(coreError(400, `no handler found for uri [${path}] and method [${method}]`));
  const allowed = matching.flatMap(({ methods }) => Object.keys(methods)).join(", ");
  const reason = `Incorrect HTTP method for uri [${path}] and method [${method}], allowed: [${allowed}]`;
  throw new Refusal(coreError(405, reason, { allow: allowed.replaceAll(" ", "") }));
}

function matches(pattern: readonly string[], parts: readonly string[]): boolean {
  return (
    pattern.length === parts.length &&
    pattern.every((part, index) => part === "{name}" || part === parts[index])
  );
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new Refusal(
      exception(400, "illegal_argument_exception", `partial escape sequence at end of string: ${part}`),
    );
  }
}

/** Makes a handler for every caller that has logged in. */
function login(handler: (call: Call & { readonly caller: Caller }) => Answer | Promise<Answer>): Handler {
  return (call) => {
    const { caller } = call;
    if (!caller) throw new Refusal(unauthorized(call.node));
    return handler({ ...call, caller });
  };
}

/** Makes a handler for callers that may use the REST API. */
function rest(
  handler: (call: Call & { readonly caller: Caller }) => Answer | Promise<Answer>,
  endpoint?: string,
): Handler {
  return login((call) => {
    requireRestAccess(call.node, call.caller, endpoint);
    return handler(call);
  });
}

function both(handler: Handler): Route["methods"] {
  return { GET: handler, POST: handler };
}

function infoRoutes(node: SimulatedNode): Route[] {
  const unsupported = (method: string): Handler =>
    rest(() => message(501, `Method ${method} not supported for this action.`));
  const unwired = { GET: unsupported("GET"), PUT: unsupported("PUT"), POST: unsupported("POST") };
  const flush = rest(() => message(200, "Cache flushed successfully."));
  const always: Route[] = [
    { path: `${plugin}/whoami`, methods: both(({ node, clientDn }) => info.whoAmI(node, clientDn)) },
    {
      path: `${plugin}/health`,
      methods: both(({ node, query }) => info.health(node, query)),
      parameters: ["mode"],
    },
    {
      path: `${plugin}/authinfo`,
      methods: both(login(({ node, caller, clientDn }) => info.authInfo(node, caller, clientDn))),
      parameters: ["verbose", "auth_type"],
    },
    {
      path: `${plugin}/dashboardsinfo`,
      methods: both(login(({ node, caller }) => info.dashboardsInfo(node, caller))),
    },
    { path: `${plugin}/tenantinfo`, methods: both(login(({ caller }) => info.tenantInfo(caller))) },
    {
      path: `${plugin}/configupdate`,
      methods: { PUT: login(({ node, caller, query }) => configUpdate(node, caller, query)) },
      parameters: ["config_types"],
    },
    {
      path: `${api}/account`,
      methods: {
        GET: login(({ node, caller }) => info.account(node, caller)),
        PUT: login(({ node, caller, body }) => changeAccount(node, caller, body)),
      },
    },
    {
      path: `${api}/permissionsinfo`,
      methods: { GET: login(({ node, caller }) => info.permissionsInfo(node, caller)) },
    },
    { path: `${api}/tenancy/config`, methods: { GET: rest(({ node }) => info.tenancy(node)) } },
    {
      path: `${api}/ssl/certs`,
      methods: { GET: rest(({ node, caller }) => info.sslCertificates(node, caller)) },
    },
    ...(["http", "transport"] as const).map((layer) => ({
      path: `${api}/ssl/${layer}/reloadcerts`,
      methods: { PUT: rest(({ node, caller }) => info.reloadCertificates(node, caller, layer)) },
    })),
    {
      path: `${api}/cache`,
      methods: node.quirks.cacheOnlyFlushes ? { DELETE: flush } : { DELETE: flush, ...unwired },
    },
  ];
  const certificates = rest(({ node, caller, query }) => info.nodeCertificates(node, caller, query));
  const forget = rest(({ name }) => message(200, `Cache invalidated for user: ${name}`));
  const listeners = rest(({ node }) => info.authFailureListeners(node));
  return [
    ...always,
    ...(node.quirks.hasCertificatesEndpoint
      ? [{ path: `${api}/certificates`, methods: { GET: certificates }, parameters: ["cert_type"] }]
      : []),
    ...(node.quirks.forgetsSingleUsers
      ? [{ path: `${api}/cache/user/{name}`, methods: { DELETE: forget } }]
      : []),
    ...(node.quirks.hasListenersEndpoint
      ? [{ path: `${api}/authfailurelisteners`, methods: { GET: listeners } }]
      : []),
  ];
}

function kindRoutes(node: SimulatedNode, kind: KindName): Route[] {
  if (kind === "nodesdn" && !node.settings.nodesDnEnabled) return [];
  const collection = `${api}/${kinds[kind].path}`;
  const handle = (handler: (call: EntityCall) => Answer | Promise<Answer>, isWrite = true): Handler =>
    rest(
      (call) => {
        requireKind(call.node, call.caller, kind, isWrite);
        return handler({ ...call, kind });
      },
      // The audit log has no such permission.
      kind === "audit" ? undefined : adminEndpoint(kind),
    );
  const all = { GET: handle(readAll, false), PATCH: handle(patchAll) };
  if (kinds[kind].isSingle) {
    const put = handle((call) => putOne({ ...call, name: "config" }));
    if (kind === "allowlist") return [{ path: collection, methods: { ...all, PUT: put } }];
    return [
      { path: collection, methods: all },
      { path: `${collection}/config`, methods: { PUT: put } },
    ];
  }
  const parameters =
    kind === "nodesdn"
      ? ["show_all"]
      : kind === "internalusers" && node.quirks.filtersUsers
        ? ["filterBy"]
        : [];
  const one = {
    GET: handle(readOne, false),
    PUT: handle(putOne),
    DELETE: handle(deleteOne),
    PATCH: handle(patchOne),
  };
  return [
    { path: collection, methods: all, parameters },
    { path: `${collection}/{name}`, methods: one },
  ];
}

/** Refuses a caller of kinds with their own rule: a certificate, a permission, or a setting. */
function requireKind(node: SimulatedNode, caller: Caller, kind: KindName, isWrite: boolean): void {
  const isAllowed = (): boolean => {
    if (kind === "nodesdn" || kind === "allowlist") return isAdministrator(node, caller, adminEndpoint(kind));
    if (kind !== "config" || !isWrite) return true;
    return node.settings.restApiAdmin
      ? isAdministrator(node, caller, adminEndpoint(kind))
      : node.settings.allowSecurityConfig;
  };
  if (!isAllowed()) throw new Refusal(message(403, "Access denied"));
}

const documentRoutes: Route[] = [
  { path: "/", methods: { GET: login(({ node, caller }) => info.banner(node, caller)) } },
  {
    path: "/_nodes/http",
    methods: { GET: login(({ node, caller }) => info.nodes(node, caller)) },
    parameters: ["timeout"],
  },
  {
    path: "/_cluster/stats",
    methods: { GET: login(({ node, caller }) => info.clusterStats(node, caller)) },
  },
  {
    path: `/${securityIndex}/_doc/{name}`,
    methods: {
      GET: login(({ node, caller, name }) => getDocument(node, caller, name)),
      PUT: login(({ node, caller, name, query, body }) => putDocument(node, caller, name, query, body)),
    },
    parameters: ["if_seq_no", "if_primary_term", "refresh"],
  },
  {
    path: `/${securityIndex}/_mget`,
    methods: {
      GET: login(({ node, caller, query, body }) => getDocuments(node, caller, query, body)),
      POST: login(({ node, caller, query, body }) => getDocuments(node, caller, query, body)),
    },
    parameters: ["source", "source_content_type"],
  },
];
