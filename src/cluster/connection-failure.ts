import type { FindingCode } from "../codes.ts";
import { failure, type OsacError } from "../errors.ts";
import type { Connection } from "../model/cluster.ts";
import { depthMax } from "../value/depth.ts";
import { answerBytesMax, proxyVariable, sideBytesMax } from "./dispatcher.ts";
import { largeAnswers } from "./answer-size.ts";
import type { CertificateFlaw } from "./refused-certificate.ts";

interface Explanation {
  readonly code: FindingCode;
  readonly what: string;
  readonly hint: string;
}

const untrusted: Explanation = {
  code: "untrusted-certificate",
  what: "its certificate is not signed by an authority that is trusted here",
  hint: "pass the authority's certificate with --ca-cert",
};

const notHttp: Explanation = {
  code: "not-http",
  what: "the connection was cut or the answer is not HTTP",
  hint: "check whether the url must begin with https:// or http://, whether the port is the REST port, and whether the server asks for a client certificate",
};

const noCommonTls: Explanation = {
  code: "tls-failed",
  what: "the two ends agree on no version or cipher of TLS, or it asks for a client certificate",
  hint: "it must speak TLS 1.2 or newer; pass a client certificate with --client-cert",
};

const proxyRefused: Explanation = {
  code: "proxy-refused",
  what: "the proxy does not lead there",
  hint: "ask the administrator of the proxy, or add the host to no_proxy",
};

const clientCertificate: Explanation = {
  code: "client-certificate",
  what: "the client certificate or its key cannot be used",
  hint: "--client-cert and --client-key must be PEM files that belong together, the key without a passphrase",
};

const slow: Explanation = {
  code: "timeout",
  what: "it did not answer in time",
  hint: "raise --timeout, or find out what keeps the server busy",
};

/** The code of an answer that began and did not end. */
export const brokenAnswer = "BROKEN_ANSWER";

/** The code of an answer that nests lists and maps deeper than any answer of a cluster. */
export const deepAnswer = "DEEP_ANSWER";

/** The code of an answer of an endpoint that the run does not require, if the answer is too large. */
export const largeAside = "LARGE_ASIDE";

/** Explanations of failed connections, by the error code of Node, OpenSSL or undici. */
const explanations: Readonly<Record<string, Explanation>> = {
  ECONNREFUSED: { code: "unreachable", what: "nothing listens there", hint: "check the url's host and port" },
  ENOTFOUND: { code: "unreachable", what: "the host's name is unknown", hint: "check the url's host" },
  EAI_AGAIN: {
    code: "unreachable",
    what: "the host's name cannot be looked up now",
    hint: "check the name service",
  },
  EHOSTUNREACH: { code: "unreachable", what: "there is no route to the host", hint: "check the network" },
  ENETUNREACH: { code: "unreachable", what: "there is no route to the host", hint: "check the network" },
  ETIMEDOUT: slow,
  UND_ERR_CONNECT_TIMEOUT: { ...slow, what: "no connection could be made in time" },
  UND_ERR_HEADERS_TIMEOUT: slow,
  // osac ended this request together with another one that got no answer.
  UND_ERR_DESTROYED: slow,
  UND_ERR_BODY_TIMEOUT: slow,
  CERT_HAS_EXPIRED: { code: "certificate-expired", what: "its certificate has expired", hint: "renew it" },
  CERT_NOT_YET_VALID: {
    ...untrusted,
    what: "its certificate is not valid yet",
    hint: "compare the clocks of both ends",
  },
  INVALID_PURPOSE: {
    ...untrusted,
    what: "its certificate is not one for servers",
    hint: "have one issued whose extended key usage has serverAuth",
  },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    code: "wrong-host",
    what: "its certificate was issued for another host",
    hint: "use a host name of the certificate in the url",
  },
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  CERT_SIGNATURE_FAILURE: untrusted,
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: noCommonTls,
  ERR_SSL_UNSUPPORTED_PROTOCOL: noCommonTls,
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: noCommonTls,
  ERR_SSL_WRONG_VERSION_NUMBER: notHttp,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: notHttp,
  EPROTO: notHttp,
  ECONNRESET: notHttp,
  EPIPE: notHttp,
  ERR_ASSERTION: notHttp,
  UND_ERR_HEADERS_OVERFLOW: notHttp,
  UND_ERR_SOCKET: notHttp,
  UND_ERR_ABORTED: proxyRefused,
  UND_ERR_RES_EXCEEDED_MAX_SIZE: {
    code: "not-opensearch",
    what: `its answer has no end, or more than ${answerBytesMax / 2 ** 20} MB`,
    hint: "check the url",
  },
  [largeAnswers]: {
    code: "not-opensearch",
    what: `its answers have more than ${answerBytesMax / 2 ** 20} MB together`,
    hint: "check the url, or limit the run to fewer resource types with --kinds",
  },
  [largeAside]: {
    code: "not-opensearch",
    what: `its answer has more than ${sideBytesMax / 2 ** 20} MB`,
    hint: "check the url",
  },
  [deepAnswer]: {
    code: "not-opensearch",
    what: `its answer has more than ${depthMax} lists and maps in one another`,
    hint: "check the url",
  },
  [brokenAnswer]: {
    code: "broken-answer",
    what: "its answer broke off",
    hint: "try again, and check what is between osac and the cluster, such as a proxy",
  },
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: {
    code: "broken-answer",
    what: "its answer broke off",
    hint: "try again",
  },
  ERR_OSSL_PEM_NO_START_LINE: clientCertificate,
  ERR_OSSL_X509_KEY_VALUES_MISMATCH: clientCertificate,
  ERR_OSSL_CRYPTO_INTERRUPTED_OR_CANCELLED: clientCertificate,
  ERR_OSSL_BAD_DECRYPT: clientCertificate,
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: clientCertificate,
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: clientCertificate,
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: clientCertificate,
};

/** Finds why osac refused the certificate of the server, if that ended the connection. */
export function findCertificateFlaw(error: unknown): CertificateFlaw | undefined {
  const code = findErrorCode(error);
  if (code === "CERT_HAS_EXPIRED") return "expired";
  if (code === "CERT_NOT_YET_VALID") return "not-yet-valid";
  return explanations[code] === untrusted ? "untrusted" : undefined;
}

/**
 * The error for a request without an answer. The message is one sentence. `detail` says more about the cause,
 * if it is known.
 */
export function explainConnectionFailure(connection: Connection, error: unknown, detail?: string): OsacError {
  const code = findErrorCode(error);
  const explanation = explainProxyAnswer(error) ?? explanations[code] ?? explainByPrefix(code);
  if (!explanation) {
    return failure("access", "unreachable", `cannot talk to ${connection.url}: ${code || "unknown reason"}`, {
      cause: error,
    });
  }
  const hosts = explanation.code === "wrong-host" ? findCertificateHosts(error) : undefined;
  const known = detail ?? (hosts && `it is for ${hosts}`);
  // If the proxy answered, the hint names the proxy already.
  const more = explanation.code === "proxy-refused" ? "" : proxyHint(connection);
  const hint = `${explanation.hint}${more}`;
  return failure(
    "access",
    explanation.code,
    `cannot talk to ${connection.url}: ${explanation.what}${known === undefined ? "" : `: ${known}`}`,
    { hint, cause: error },
  );
}

/** Names the proxy in the hint, because an error does not show whether the proxy or the cluster caused it. */
function proxyHint(connection: Connection): string {
  const name = proxyVariable(connection);
  const proxy = connection.proxy[name];
  if (!proxy) return "";
  const authority = proxy.startsWith("https:") ? ", whose authority NODE_EXTRA_CA_CERTS names" : "";
  return `, and the proxy that ${name}_proxy names${authority}`;
}

/** Only the text of the error has the answer of the proxy. */
function explainProxyAnswer(error: unknown): Explanation | undefined {
  const status = /^Proxy response \((\d+)\)/.exec(error instanceof Error ? error.message : "")?.[1];
  if (status === undefined) return undefined;
  if (status !== "407") return { ...proxyRefused, what: `the proxy answered ${status}` };
  return {
    ...proxyRefused,
    what: "the proxy wants another user and password, or any (407)",
    hint: "write them into its address, http://USER:PASSWORD@HOST:PORT, with %40 for @",
  };
}

function explainByPrefix(code: string): Explanation | undefined {
  if (code.startsWith("HPE_")) return notHttp;
  if (code.startsWith("ERR_SSL_")) return noCommonTls;
  return code.startsWith("ERR_OSSL_") ? clientCertificate : undefined;
}

/** The innermost code: undici and happy eyeballs wrap the original error. */
function findErrorCode(error: unknown): string {
  if (!(error instanceof Error)) return "";
  const inner = error instanceof AggregateError ? error.errors[0] : error.cause;
  return findErrorCode(inner) || ((error as { code?: string }).code ?? findCodeByName(error));
}

/** Finds the names of a certificate for another host, such as `DNS:node-1, IP Address:10.0.0.1`. */
function findCertificateHosts(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { cert } = error as { cert?: { subjectaltname?: string } };
  return cert?.subjectaltname ?? findCertificateHosts(error.cause);
}

/** Finds the code by the name of the error: undici's parser has codes only for some errors. */
function findCodeByName({ name }: Error): string {
  return name === "HTTPParserError" ? "HPE_UNKNOWN" : "";
}
