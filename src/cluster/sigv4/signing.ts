import { createHash, createHmac, type Hash, type Hmac } from "node:crypto";
import { fromIni } from "@aws-sdk/credential-provider-ini";
import { defaultProvider } from "@aws-sdk/credential-provider-node";
import { SignatureV4 } from "@smithy/signature-v4";
import { registerSecret } from "../../secrets/secret.ts";
import type { Connection, RequestToSign, SignedRequest } from "../../model/cluster.ts";
import { makeSdkRequestHandler } from "../sdk-requests.ts";

/** The name of Amazon OpenSearch Service in signatures. */
const service = "es";

/** A key of AWS. Keys of a session have a token, and most have an end. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/** Returns credentials that are valid for some minutes. */
export type CredentialSource = () => Promise<AwsCredentials>;

type Route = Pick<Connection, "proxy" | "timeoutMs">;

/** What a signature is for. */
export interface SigningScope {
  readonly region: string;
  /** The host, with its port if that is not 443. */
  readonly host: string;
}

/**
 * Opens the credentials of a profile, or without one the credential chain of the AWS SDK: environment, profiles,
 * web identity, containers, EC2. They are kept until five minutes before they expire. The files of profiles are
 * read again each time: another program may have renewed them.
 */
export function openCredentials({ proxy, timeoutMs }: Route, profile?: string): CredentialSource {
  // The SDK would print advice about versions of Node, which nobody who runs osac can follow.
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";
  const client = { requestHandler: makeSdkRequestHandler({ proxy, timeoutMs }) };
  const common = { ignoreCache: true, logger: silent, clientConfig: client, parentClientConfig: client };
  // A profile without credentials is an error: the chain would go on to those of another cluster.
  return profile === undefined ? defaultProvider(common) : keepCredentials(fromIni({ ...common, profile }));
}

/** How long before their end the SDK renews credentials. */
const renewalMs = 5 * 60 * 1000;

/** Keeps credentials as the chain of the SDK does, and asks once for requests that are sent side by side. */
function keepCredentials(ask: CredentialSource): CredentialSource {
  let kept: AwsCredentials | undefined;
  let asked: Promise<AwsCredentials> | undefined;
  return async () => {
    if (kept && !expiresSoon(kept)) return kept;
    asked ??= ask().finally(() => (asked = undefined));
    kept = await asked;
    return kept;
  };
}

function expiresSoon({ expiration }: AwsCredentials): boolean {
  return expiration !== undefined && expiration.getTime() - Date.now() < renewalMs;
}

const ignore = (): void => {};

/** Without a logger the SDK prints its advice itself. */
const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/** Signs method, path, host and body of a request, and no header that a proxy may change. */
export async function signRequest(
  { method, path, body = "" }: RequestToSign,
  { region, host }: SigningScope,
  credentials: AwsCredentials,
  now?: Date,
): Promise<Omit<SignedRequest, "renew">> {
  for (const secret of [credentials.secretAccessKey, credentials.sessionToken])
    if (secret !== undefined) registerSecret(secret);
  const signer = new RememberingSigner({ service, region, credentials, sha256: NodeSha256 });
  const [pathname = "", search = ""] = path.split("?", 2);
  const signed = await signer.sign(
    {
      method,
      protocol: "https:",
      hostname: host,
      path: pathname,
      query: Object.fromEntries(new URLSearchParams(search)),
      headers: { host },
      body,
    },
    now === undefined ? {} : { signingDate: now },
  );
  const { authorization = "" } = signed.headers;
  registerSecret(authorization.slice(authorization.lastIndexOf("=") + 1));
  return { headers: signed.headers, canonical: signer.canonical };
}

/** Keeps the canonical request, to compare it with the one of a server that refuses the signature. */
class RememberingSigner extends SignatureV4 {
  canonical = "";

  protected override createCanonicalRequest(
    ...parts: Parameters<SignatureV4["createCanonicalRequest"]>
  ): string {
    this.canonical = super.createCanonicalRequest(...parts);
    return this.canonical;
  }
}

/** The digest of Node in the form that the signer of the AWS SDK asks for. */
class NodeSha256 {
  #hash: Hash | Hmac;
  readonly #secret: string | Uint8Array | undefined;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#secret = secret === undefined ? undefined : toBytes(secret);
    this.#hash = this.#open();
  }

  update(chunk: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(toBytes(chunk));
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {
    this.#hash = this.#open();
  }

  #open(): Hash | Hmac {
    return this.#secret === undefined ? createHash("sha256") : createHmac("sha256", this.#secret);
  }
}

function toBytes(data: string | ArrayBuffer | ArrayBufferView): string | Uint8Array {
  if (typeof data === "string") return data;
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
