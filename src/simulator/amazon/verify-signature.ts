import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** A request as the service receives it. */
export interface SignedRequest {
  readonly method: string;
  /** The path with its query, as sent. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** The parts of an `Authorization` header. */
export interface Authorization {
  readonly accessKeyId: string;
  /** Date, region, service and the word `aws4_request`. */
  readonly scope: readonly string[];
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

/** The texts from which a signature is computed. */
export interface SignatureTexts {
  readonly canonical: string;
  readonly toSign: string;
}

/** Parses the header; undefined if a part is missing. */
export function parseAuthorization(header: string): Authorization | undefined {
  const { key, scope, names, signature } =
    /^AWS4-HMAC-SHA256 Credential=(?<key>[^/,]+)\/(?<scope>[^,]+), ?SignedHeaders=(?<names>[^,]+), ?Signature=(?<signature>[0-9a-f]{64})$/.exec(
      header,
    )?.groups ?? {};
  if (key === undefined || scope === undefined || names === undefined || signature === undefined)
    return undefined;
  return { accessKeyId: key, scope: scope.split("/"), signedHeaders: names.split(";"), signature };
}

/** Builds the texts from the received request alone, and from the names of the signed headers. */
export function buildTexts(
  { method, target, headers, body }: SignedRequest,
  { signedHeaders, scope }: Pick<Authorization, "signedHeaders" | "scope">,
): SignatureTexts {
  const [path = "/", query = ""] = target.split("?", 2);
  const lines = signedHeaders.map((name) => `${name}:${readHeader(headers, name)}`);
  const canonical = [
    method,
    path.split("/").map(encode).join("/"),
    formatQuery(query),
    ...lines,
    "",
    signedHeaders.join(";"),
    digest(body),
  ].join("\n");
  const toSign = [
    "AWS4-HMAC-SHA256",
    readHeader(headers, "x-amz-date"),
    scope.join("/"),
    digest(canonical),
  ].join("\n");
  return { canonical, toSign };
}

/** Computes the signature of a text: the key is derived from the secret by date, region and service. */
export function computeSignature(secret: string, scope: readonly string[], toSign: string): string {
  const key = scope.reduce<Buffer>((from, part) => hmac(from, part), Buffer.from(`AWS4${secret}`));
  return hmac(key, toSign).toString("hex");
}

export function isSameSignature(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Percent-encodes all but the characters that RFC 3986 calls unreserved. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function formatQuery(query: string): string {
  return [...new URLSearchParams(query)]
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .toSorted((a, b) => compare(a[0], b[0]) || compare(a[1], b[1]))
    .map((pair) => pair.join("="))
    .join("&");
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function readHeader(headers: SignedRequest["headers"], name: string): string {
  return [headers[name] ?? ""].flat().join(",").trim().replace(/ +/g, " ");
}
