import { failure } from "../errors.ts";
import { isFields } from "../kinds/canonical.ts";
import { compareVersions, isVersion, parseVersion } from "../kinds/version.ts";
import { passingStatuses } from "./retry-after.ts";
import type { Answer, ClusterInfo, Connection, Json, Reader, Version } from "../model.ts";

/** Assumed of a server that will not say: the defaults of the newest version known. */
const assumedVersion: Version = { major: 3, minor: 4, patch: 0 };

/** Older servers take other patches and answer in other words. */
const oldestSupported = parseVersion("2.10");

/**
 * Which cluster this is and as whom it is asked: `GET /` and `whoami`, at once.
 *
 * `GET /` needs `cluster:monitor/main`; 3.x tells its version in a header even to those who lack it.
 */
export async function identify(reader: Reader, connection: Connection): Promise<ClusterInfo> {
  const [root, whoami] = await Promise.all([
    reader.read("/"),
    reader.read(`/${connection.apiPrefix}/whoami`),
  ]);
  refuseStrangers(connection, root, whoami);
  const version = versionOf(root);
  if (version && compareVersions(version, oldestSupported) < 0) {
    throw failure(
      "access",
      "unsupported-server",
      `OpenSearch ${version.major}.${version.minor} is too old: 2.10 is the oldest supported`,
    );
  }
  const name = textAt(root.body, "cluster_name");
  const uuid = clusterUuid(root);
  const dn = textAt(whoami.body, "dn");
  return {
    ...(name === undefined ? {} : { name }),
    ...(uuid === undefined ? {} : { uuid }),
    version: version ?? assumedVersion,
    isVersionGuessed: version === undefined,
    ...(dn !== undefined && isFields(whoami.body) && whoami.body["is_admin"] === true ? { adminDn: dn } : {}),
    ...(connection.username === undefined ? {} : { user: connection.username }),
  };
}

function refuseStrangers(connection: Connection, root: Answer, whoami: Answer): void {
  const { url } = connection;
  if (root.status === 401 || whoami.status === 401) {
    const message = `${url} does not know the caller: ${caller(connection)}`;
    throw failure("access", "unauthenticated", message, {
      hint: connection.token
        ? "it may have expired, or be for another audience or issuer than the domain of config.yml asks for; the nodes must reach its issuer to know its keys"
        : "check the user name and the password, or the certificate",
    });
  }
  if (root.status === 503 && /not initialized/i.test(root.text)) {
    throw failure("access", "not-initialized", `the Security plugin of ${url} is not initialized`, {
      hint: "it has no configuration yet, or cannot load what is stored; its log says which",
    });
  }
  if (root.body === undefined || root.status >= 500) {
    throw failure("access", "not-opensearch", `${url} answered ${root.status}${insteadOf(url, root)}`, {
      hint: passingStatuses.includes(root.status)
        ? "something between (a proxy, a load balancer) did not reach it in time; try again later"
        : "check the url, and what stands between (a proxy, a load balancer)",
    });
  }
  if (!isWhoami(whoami)) {
    throw failure(
      "access",
      "no-security-plugin",
      `${url} has no Security plugin under /${connection.apiPrefix}`,
      {
        hint: "install the plugin, or set --api-prefix",
      },
    );
  }
}

/** Where a redirect leads, without its query, which may be somebody's ticket. */
function insteadOf(url: string, { headers: { location } }: Answer): string {
  const isRedirect = typeof location === "string" && URL.canParse(location, url);
  const { origin, pathname } = new URL(isRedirect ? location : url, url);
  return isRedirect ? `, a redirect to ${origin}${pathname}` : " and not as OpenSearch does";
}

/** Another server may well answer 200 with some JSON; the plugin always says who is an administrator. */
function isWhoami({ status, body }: Answer): boolean {
  if (body === undefined || status === 400 || status === 404) return false;
  return status !== 200 || (isFields(body) && "is_admin" in body);
}

function caller({ username, token, clientCert }: Connection): string {
  if (token) return "a bearer token was given";
  if (username !== undefined) return `user "${username}"`;
  return clientCert === undefined
    ? "no user, token or certificate was given"
    : "a client certificate was given";
}

function versionOf(root: Answer): Version | undefined {
  const number = isFields(root.body) ? textAt(root.body["version"], "number") : undefined;
  const [, header] = /\/(\d[\d.]*)/.exec(String(root.headers["x-opensearch-version"] ?? "")) ?? [];
  const text = [number, header].find((one) => one !== undefined && isVersion(one));
  return text === undefined ? undefined : parseVersion(text);
}

/** A node that has not found its cluster yet answers `_na_`. */
function clusterUuid({ body }: Answer): string | undefined {
  const uuid = textAt(body, "cluster_uuid");
  return uuid === "_na_" ? undefined : uuid;
}

function textAt(body: Json | undefined, field: string): string | undefined {
  const value = isFields(body) ? body[field] : undefined;
  return typeof value === "string" ? value : undefined;
}
