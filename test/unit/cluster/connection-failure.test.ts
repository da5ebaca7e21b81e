import { describe, expect, test } from "vitest";
import { explainConnectionFailure } from "../../../src/cluster/connection-failure.ts";
import type { Connection } from "../../../src/model/cluster.ts";
import { formatFinding } from "../../support/refusal.ts";
import { connection } from "./fake-reader.ts";

const coded = (code: string): Error => Object.assign(new Error("x"), { code });

function explain(error: unknown, own: Connection = connection): string {
  const { reason, findings, cause } = explainConnectionFailure(own, error);
  expect([reason, cause, findings.length]).toEqual(["access", error, 1]);
  return formatFinding(findings[0]!).replace("cannot talk to https://cluster:9200: ", "");
}

const untrusted = "pass the authority's certificate with --ca-cert";
const notHttp =
  "[not-http] the connection was cut or the answer is not HTTP | check whether the url must begin with https:// or http://, whether the port is the REST port, and whether the server asks for a client certificate";
const noTls =
  "[tls-failed] the two ends agree on no version or cipher of TLS, or it asks for a client certificate | it must speak TLS 1.2 or newer; pass a client certificate with --client-cert";
const slow = "[timeout] it did not answer in time | raise --timeout, or find out what keeps the server busy";
const clientCertificate =
  "[client-certificate] the client certificate or its key cannot be used | --client-cert and --client-key must be PEM files that belong together, the key without a passphrase";
const noRoute = "[unreachable] there is no route to the host | check the network";
const notSigned = `[untrusted-certificate] its certificate is not signed by an authority that is trusted here | ${untrusted}`;

describe("a failed connection is explained by its code", () => {
  test.for([
    ["ECONNREFUSED", "[unreachable] nothing listens there | check the url's host and port"],
    ["ENOTFOUND", "[unreachable] the host's name is unknown | check the url's host"],
    ["EAI_AGAIN", "[unreachable] the host's name cannot be looked up now | check the name service"],
    ["EHOSTUNREACH", noRoute],
    ["ENETUNREACH", noRoute],
    ["ETIMEDOUT", slow],
    ["UND_ERR_HEADERS_TIMEOUT", slow],
    ["UND_ERR_DESTROYED", slow],
    ["UND_ERR_BODY_TIMEOUT", slow],
    [
      "UND_ERR_CONNECT_TIMEOUT",
      slow.replace("it did not answer in time", "no connection could be made in time"),
    ],
    ["CERT_HAS_EXPIRED", "[certificate-expired] its certificate has expired | renew it"],
    [
      "CERT_NOT_YET_VALID",
      "[untrusted-certificate] its certificate is not valid yet | compare the clocks of both ends",
    ],
    [
      "INVALID_PURPOSE",
      "[untrusted-certificate] its certificate is not one for servers | have one issued whose extended key usage has serverAuth",
    ],
    [
      "ERR_TLS_CERT_ALTNAME_INVALID",
      "[wrong-host] its certificate was issued for another host | use a host name of the certificate in the url",
    ],
    ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", notSigned],
    ["UNABLE_TO_GET_ISSUER_CERT", notSigned],
    ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", notSigned],
    ["SELF_SIGNED_CERT_IN_CHAIN", notSigned],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", notSigned],
    ["CERT_SIGNATURE_FAILURE", notSigned],
    ["ERR_SSL_UNSUPPORTED_PROTOCOL", noTls],
    ["ERR_SSL_ANY_OTHER", noTls],
    ["ERR_SSL_WRONG_VERSION_NUMBER", notHttp],
    ["ERR_SSL_PACKET_LENGTH_TOO_LONG", notHttp],
    ["EPROTO", notHttp],
    ["ECONNRESET", notHttp],
    ["EPIPE", notHttp],
    ["ERR_ASSERTION", notHttp],
    ["UND_ERR_HEADERS_OVERFLOW", notHttp],
    ["UND_ERR_SOCKET", notHttp],
    ["HPE_INVALID_CONSTANT", notHttp],
    [
      "UND_ERR_ABORTED",
      "[proxy-refused] the proxy does not lead there | ask the administrator of the proxy, or add the host to no_proxy",
    ],
    [
      "UND_ERR_RES_EXCEEDED_MAX_SIZE",
      "[not-opensearch] its answer has no end, or more than 24 MB | check the url",
    ],
    [
      "LARGE_ANSWERS",
      "[not-opensearch] its answers have more than 24 MB together | check the url, or limit the run to fewer resource types with --kinds",
    ],
    ["LARGE_ASIDE", "[not-opensearch] its answer has more than 2 MB | check the url"],
    [
      "DEEP_ANSWER",
      "[not-opensearch] its answer has more than 100 lists and maps in one another | check the url",
    ],
    [
      "BROKEN_ANSWER",
      "[broken-answer] its answer broke off | try again, and check what is between osac and the cluster, such as a proxy",
    ],
    ["UND_ERR_RES_CONTENT_LENGTH_MISMATCH", "[broken-answer] its answer broke off | try again"],
    ["ERR_OSSL_PEM_NO_START_LINE", clientCertificate],
    ["ERR_OSSL_ANY_OTHER", clientCertificate],
    ["ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED", clientCertificate],
    ["ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE", clientCertificate],
    ["ERR_SSL_TLSV1_ALERT_UNKNOWN_CA", clientCertificate],
    ["ESOMETHING", "[unreachable] ESOMETHING"],
    ["xHPE_OTHER", "[unreachable] xHPE_OTHER"],
  ] as const)("%s", ([code, words]) => {
    expect(explain(coded(code))).toBe(words);
  });

  test("the innermost code counts", () => {
    const wrapped = Object.assign(new Error("x", { cause: coded("ENOTFOUND") }), { code: "UND_ERR_SOCKET" });
    expect(explain(wrapped)).toContain("the host's name is unknown");
    const both = new AggregateError([coded("ECONNREFUSED"), coded("ENOTFOUND")]);
    expect(explain(new Error("x", { cause: both }))).toContain("nothing listens there");
    expect(explain(Object.assign(new Error("x", { cause: new Error("y") }), { code: "EPIPE" }))).toBe(
      notHttp,
    );
    expect(explain(Object.assign(new Error("x"), { name: "HTTPParserError" }))).toBe(notHttp);
  });

  test("an error without any is one of an unknown reason", () => {
    for (const error of [new Error("x"), "text", undefined, new AggregateError([])])
      expect(explain(error)).toBe("[unreachable] unknown reason");
  });
});

const via = (proxy: Connection["proxy"], url = connection.url): Connection => ({
  ...connection,
  url,
  proxy,
});

describe("a proxy on the way is named", () => {
  test("by its variable, with the authority for TLS to it", () => {
    expect(explain(coded("ETIMEDOUT"), via({ https: "http://p:1", http: "http://q:1" }))).toBe(
      `${slow}, and the proxy that https_proxy names`,
    );
    expect(explain(coded("ETIMEDOUT"), via({ https: "https://p:1" }))).toBe(
      `${slow}, and the proxy that https_proxy names, whose authority NODE_EXTRA_CA_CERTS names`,
    );
    const plain = explain(
      coded("ETIMEDOUT"),
      via({ http: "http://q:1", https: "http://p:1" }, "http://cluster"),
    );
    expect(plain).toContain(", and the proxy that http_proxy names");
    expect(explain(coded("ETIMEDOUT"), via({ http: "http://q:1" }))).toBe(slow);
  });

  test("not twice, if it answered itself", () => {
    const own = via({ https: "http://p:1" });
    const said = (status: number): string =>
      explain(new Error(`Proxy response (${status}) !== 200 when HTTP Tunneling`), own);
    expect(said(407)).toBe(
      "[proxy-refused] the proxy wants another user and password, or any (407) | write them into its address, http://USER:PASSWORD@HOST:PORT, with %40 for @",
    );
    expect(said(403)).toBe(
      "[proxy-refused] the proxy answered 403 | ask the administrator of the proxy, or add the host to no_proxy",
    );
    expect(explain(new Error("the Proxy response (407)"), own)).toBe("[unreachable] unknown reason");
  });
});
