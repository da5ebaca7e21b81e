import type { IncomingHttpHeaders } from "node:http";
import { Refusal, json, text } from "../answers.ts";
import {
  buildTexts,
  computeSignature,
  isSameSignature,
  parseAuthorization,
  type Authorization,
  type SignedRequest,
} from "./verify-signature.ts";

/** A user or a role of IAM with one access key. */
export interface AwsIdentity {
  /** `arn:aws:iam::ACCOUNT:role/NAME`, or `…:user/NAME`. */
  readonly arn: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** What the policies allow, by default all: `es:ESHttpGet`. */
  readonly actions?: readonly string[];
  /** The session is over after this number of requests. */
  readonly requestsMax?: number;
}

/** What stands before the nodes of a simulated domain. */
export interface AmazonSettings {
  readonly region: string;
  readonly identities: readonly AwsIdentity[];
  /** The only name by which the domain answers; absent: any. */
  readonly hostName?: string;
  /** Paths, and what is below them, that the service refuses. */
  readonly blockedPaths: readonly string[];
  /** Refuses blocked paths with a page instead of JSON. */
  readonly answersPages: boolean;
  /** The access policy names principals, so that every request has to be signed. */
  readonly requiresSignature: boolean;
  readonly bodyBytesMax: number;
  /** The clock of the service. */
  readonly now: () => number;
}

/** A caller as the edge hands it to the plugin: a role is its own backend role. */
export interface AwsCaller {
  readonly name: string;
  readonly backendRoles: readonly string[];
}

const clockLimitMs = 5 * 60 * 1000;

const account = "123456789012";

/** The role that a simulated domain has as its master. */
export const masterIdentity: AwsIdentity = {
  arn: `arn:aws:iam::${account}:role/osac-applier`,
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
};

export const amazonDefaults: AmazonSettings = {
  region: "us-east-1",
  identities: [masterIdentity],
  // The reference of the service names none of these paths; a domain may refuse others.
  blockedPaths: [
    "/_plugins/_security/whoami",
    "/_plugins/_security/configupdate",
    "/_plugins/_security/api/securityconfig",
    "/_plugins/_security/api/allowlist",
    "/_plugins/_security/api/nodesdn",
    "/_plugins/_security/api/certificates",
    "/_plugins/_security/api/ssl",
    "/.opendistro_security",
  ],
  answersPages: false,
  requiresSignature: true,
  bodyBytesMax: 10 * 1024 * 1024,
  now: () => Date.now(),
};

interface EdgeRequest extends SignedRequest {
  readonly headers: IncomingHttpHeaders;
}

/** The gate before a simulated domain: signature, policies, blocked paths and the size of a request. */
export class Edge {
  readonly #settings: AmazonSettings;
  readonly #used = new Map<string, number>();

  constructor(settings: AmazonSettings) {
    this.#settings = settings;
  }

  /** Returns the caller of a signed request, or undefined for one that the plugin has to authenticate. */
  admit(request: EdgeRequest): AwsCaller | undefined {
    const { hostName, bodyBytesMax } = this.#settings;
    if (hostName !== undefined && request.headers.host !== hostName)
      throw new Refusal(text(400, "Invalid Host Header"));
    const identity = this.#identify(request);
    if (identity) this.#requireAction(identity, request.method);
    this.#requireOpenPath(request);
    if (Buffer.byteLength(request.body) > bodyBytesMax)
      throw new Refusal(json({ Message: `Request size exceeded ${bodyBytesMax} bytes` }, 413));
    return identity && { name: identity.arn, backendRoles: isRole(identity) ? [identity.arn] : [] };
  }

  #identify(request: EdgeRequest): AwsIdentity | undefined {
    const { authorization } = request.headers;
    if (authorization?.startsWith("AWS4-HMAC-SHA256 ")) return this.#verify(request, authorization);
    if (!this.#settings.requiresSignature) return undefined;
    if (authorization === undefined) throw notAuthorized("anonymous", request.method);
    throw lowerCase(
      "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. " +
        "Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a " +
        `'X-Amz-Date' or a 'Date' header. Authorization=${authorization}`,
    );
  }

  #verify(request: EdgeRequest, header: string): AwsIdentity {
    const authorization = parseAuthorization(header);
    if (!authorization) throw lowerCase("Authorization header requires 'Signature' parameter.");
    this.#requireTime(request);
    const identity = this.#settings.identities.find(
      ({ accessKeyId }) => accessKeyId === authorization.accessKeyId,
    );
    if (!identity || request.headers["x-amz-security-token"] !== identity.sessionToken)
      throw lowerCase("The security token included in the request is invalid.");
    this.#requireLiveSession(identity);
    this.#requireScope(authorization);
    requireSignature(request, authorization, identity);
    return identity;
  }

  #requireTime({ headers }: EdgeRequest): void {
    const sent = String(headers["x-amz-date"] ?? "");
    const sentMs = Date.parse(
      sent.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"),
    );
    const now = this.#settings.now();
    if (Math.abs(now - sentMs) <= clockLimitMs) return;
    const [earlier, own] = [formatTime(now - clockLimitMs), formatTime(now)];
    throw lowerCase(
      sentMs < now
        ? `Signature expired: ${sent} is now earlier than ${earlier} (${own} - 5 min.)`
        : `Signature not yet current: ${sent} is still later than ${formatTime(now + clockLimitMs)} (${own} + 5 min.)`,
    );
  }

  #requireLiveSession({ accessKeyId, requestsMax = Infinity }: AwsIdentity): void {
    const used = (this.#used.get(accessKeyId) ?? 0) + 1;
    this.#used.set(accessKeyId, used);
    if (used > requestsMax) throw lowerCase("The security token included in the request is expired");
  }

  #requireScope({ scope }: Authorization): void {
    const { region } = this.#settings;
    if (scope[1] !== region || scope[2] !== "es" || scope[3] !== "aws4_request")
      throw lowerCase(`Credential should be scoped to a valid region, not '${scope[1]}'.`);
  }

  #requireAction({ arn, actions }: AwsIdentity, method: string): void {
    if (actions && !actions.includes(formatAction(method)))
      throw notAuthorized(
        isRole({ arn })
          ? `${arn.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/")}/session`
          : arn,
        method,
        " because no identity-based policy allows the ",
      );
  }

  #requireOpenPath({ target }: EdgeRequest): void {
    const { blockedPaths, answersPages } = this.#settings;
    const path = target.split("?", 1)[0]!;
    if (!blockedPaths.some((blocked) => path === blocked || path.startsWith(`${blocked}/`))) return;
    if (answersPages)
      throw new Refusal(
        text(
          403,
          "<html><body><h1>403 Forbidden</h1>Request forbidden by administrative rules.</body></html>",
        ),
      );
    throw new Refusal(json({ Message: `Your request: '${path}' is not allowed.` }, 401));
  }
}

function requireSignature(
  request: EdgeRequest,
  authorization: Authorization,
  { secretAccessKey }: AwsIdentity,
): void {
  const { canonical, toSign } = buildTexts(request, authorization);
  const expected = computeSignature(secretAccessKey, authorization.scope, toSign);
  const isCovered = ["host", "x-amz-date"].every((name) => authorization.signedHeaders.includes(name));
  if (isCovered && isSameSignature(expected, authorization.signature)) return;
  throw lowerCase(
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key " +
      "and signing method. Consult the service documentation for details.\n\n" +
      `The Canonical String for this request should have been\n'${canonical}'\n\nThe String-to-Sign should have been\n'${toSign}'\n`,
  );
}

function lowerCase(message: string): Refusal {
  return new Refusal(json({ message }, 403));
}

function notAuthorized(who: string, method: string, why = ""): Refusal {
  const action = formatAction(method);
  const reason = why === "" ? "" : `${why}${action} action`;
  return new Refusal(json({ Message: `User: ${who} is not authorized to perform: ${action}${reason}` }, 403));
}

/** The IAM action of a method: `es:ESHttpGet`. */
function formatAction(method: string): string {
  return `es:ESHttp${method.charAt(0)}${method.slice(1).toLowerCase()}`;
}

function isRole({ arn }: Pick<AwsIdentity, "arn">): boolean {
  return /:role\//.test(arn);
}

function formatTime(ms: number): string {
  return new Date(ms).toISOString().replaceAll(/[-:]|\.\d+/g, "");
}
