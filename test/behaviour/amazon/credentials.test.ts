import { createHash } from "node:crypto";
import { Agent, createServer } from "node:http";
import { connect as openSocket } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { masterIdentity } from "../../../src/simulator/amazon/edge.ts";
import { folder } from "../../support/folder.ts";
import type { Ran } from "../../support/osac.ts";
import { toUrl } from "../../support/simulated-cluster.ts";
import { run, signAsMaster, startDomain, useKeys } from "./domain.ts";
import { session, startIssuer, type Issuer, type OddAnswer } from "./issuer.ts";

signAsMaster();

const role = masterIdentity.arn;
const ssoToken = "an-access-token-of-sso";

/** The file in which `aws sso login` keeps its token. */
const ssoCache = `.aws/sso/cache/${createHash("sha1").update("corp").digest("hex")}.json`;

interface Source {
  readonly files: Readonly<Record<string, string>>;
  readonly variables: (folder: string, url: string) => Readonly<Record<string, string>>;
  /** What the issuer is asked. */
  readonly asks: readonly RegExp[];
}

const baseKeys = "[base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = base-secret-of-the-job\n";

const sources: Readonly<Record<string, Source>> = {
  "a profile that assumes a role with an external id": {
    files: {
      config: `[profile base]\nregion = us-east-1\n[profile ci]\nregion = us-east-1\nrole_arn = ${role}\nsource_profile = base\nexternal_id = partner-7\n`,
      credentials: baseKeys,
    },
    variables: () => ({ AWS_PROFILE: "ci" }),
    asks: [/^POST \/ .*AKIDBASE.*Action=AssumeRole&.*ExternalId=partner-7/],
  },
  "a profile that assumes a role by way of another role": {
    files: {
      config: `[profile hub]\nregion = us-east-1\nrole_arn = arn:aws:iam::111111111111:role/ci-hub\nsource_profile = base\n[profile ci]\nregion = us-east-1\nrole_arn = ${role}\nsource_profile = hub\nexternal_id = partner-7\n`,
      credentials: baseKeys,
    },
    variables: () => ({ AWS_PROFILE: "ci" }),
    asks: [
      /^POST \/ .*AKIDBASE.*role%2Fci-hub/,
      /^POST \/ .*ASIASESSION.*role%2Fosac-applier.*ExternalId=partner-7/,
    ],
  },
  "a session of SSO": {
    files: {
      config: `[sso-session corp]\nsso_region = us-east-1\nsso_start_url = https://corp.awsapps.com/start\n[profile ci]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = applier\n`,
      [ssoCache]: JSON.stringify({ accessToken: ssoToken, expiresAt: "2099-01-01T00:00:00Z" }),
    },
    variables: () => ({ AWS_PROFILE: "ci" }),
    asks: [/^GET \/federation\/credentials\?role_name=applier&account_id=123456789012/],
  },
  "a web identity token": {
    files: { token: "header.payload.signature" },
    variables: (at) => ({
      AWS_WEB_IDENTITY_TOKEN_FILE: join(at, "token"),
      AWS_ROLE_ARN: role,
      AWS_REGION: "us-east-1",
    }),
    asks: [/^POST \/ .*Action=AssumeRoleWithWebIdentity/],
  },
  "a container of ECS": {
    files: {},
    variables: (_, url) => ({ AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/credentials` }),
    asks: [/^GET \/credentials/],
  },
  "a pod of EKS": {
    files: { token: "the-token-of-the-pod" },
    variables: (at, url) => ({
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/v1/credentials`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: join(at, "token"),
    }),
    asks: [/^GET \/v1\/credentials the-token-of-the-pod/],
  },
  "an instance of EC2": {
    files: {},
    variables: (_, url) => ({
      AWS_EC2_METADATA_DISABLED: "false",
      AWS_EC2_METADATA_SERVICE_ENDPOINT: url,
    }),
    asks: [
      /^PUT \/latest\/api\/token/,
      /^GET \/latest\/meta-data\/iam\/security-credentials\//,
      /^GET \/latest\/meta-data\/iam\/security-credentials\/osac-applier/,
    ],
  },
};

const secrets = [
  session.sessionToken,
  session.secretAccessKey,
  "base-secret-of-the-job",
  ssoToken,
  "header.payload.signature",
  "the-token-of-the-pod",
];

/** Makes the AWS SDK find this source of credentials, and nothing else. */
async function useSource({ files, variables }: Source, url: string): Promise<void> {
  const at = await folder(files);
  useKeys({});
  const all = {
    HOME: at,
    AWS_CONFIG_FILE: join(at, "config"),
    AWS_SHARED_CREDENTIALS_FILE: join(at, "credentials"),
    AWS_ENDPOINT_URL_STS: url,
    AWS_ENDPOINT_URL_SSO: url,
    AWS_MAX_ATTEMPTS: "1",
    ...variables(at, url),
  };
  for (const [name, value] of Object.entries(all)) vi.stubEnv(name, value);
}

function describeAsked({ asked }: Issuer): string[] {
  return asked.map(({ line, body, headers: { authorization = "" } }) => `${line} ${authorization} ${body}`);
}

test.for(Object.entries(sources))("%s gives credentials", async ([, source]) => {
  const issuer = await startIssuer();
  await useSource(source, issuer.url);
  const domain = await startDomain({ amazon: { identities: [session] } });
  const { code, out, err } = await run(domain, ["apply", "--yes", "--debug"]);
  expect({ code, err }).toMatchObject({ code: 0 });
  const asked = describeAsked(issuer);
  expect(asked).toHaveLength(source.asks.length);
  for (const [index, pattern] of source.asks.entries()) expect(asked[index]).toMatch(pattern);
  for (const secret of secrets) expect(out + err).not.toContain(secret);
});

/** Answers of services that are broken, or not what they claim to be. */
const odd: Readonly<Record<string, OddAnswer>> = {
  "an empty answer": (response) => void response.end(),
  "an empty object": (response) => void response.end("{}"),
  "a page": (response) => void response.end("<html><body>Sign in</body></html>"),
  "numbers instead of keys": (response) =>
    void response.end(
      JSON.stringify({
        AccessKeyId: 1,
        SecretAccessKey: 2,
        Token: {},
        Expiration: "2099-01-01T00:00:00Z",
        roleCredentials: { accessKeyId: 1, secretAccessKey: [], sessionToken: 3, expiration: 4e12 },
      }),
    ),
  "a refusal that quotes what it was sent": (response, { body, headers }) => {
    const quoted = `${body} ${Object.values(headers).join(" ")}`.replaceAll("&", " ");
    response.writeHead(403).end(`<Response><Error><Message>${quoted}</Message></Error></Response>`);
  },
  "an error of the service": (response) => void response.writeHead(500).end("no"),
  "an endless answer": (response) => {
    response.writeHead(200);
    const piece = Buffer.alloc(2 ** 16, " ");
    const more = (): void => {
      while (!response.destroyed && response.write(piece));
      response.once("drain", more);
    };
    more();
  },
  "no answer": () => {},
  "one byte after the other": (response) => {
    const timer = setInterval(() => response.write(" "), 100);
    response.on("close", () => clearInterval(timer));
  },
};

function expectNoCredentials({ code, out, err }: Ran): void {
  expect({ code, out }).toEqual({ code: 7, out: "" });
  expect(err).toContain("no AWS credentials to sign with");
  expect(err.match(/^error: /gm)).toHaveLength(1);
  expect(err).not.toContain("$response");
  expect(err).not.toMatch(/^ +at /m);
  for (const secret of secrets) expect(err).not.toContain(secret);
}

/** One source for each service that gives out credentials. */
const services = ["a web identity token", "a session of SSO", "a pod of EKS", "an instance of EC2"] as const;

describe.for(services)("%s", (name) => {
  test.for(Object.entries(odd))("with %s is no source of credentials", async ([, answer]) => {
    const issuer = await startIssuer(answer);
    await useSource(sources[name]!, issuer.url);
    const domain = await startDomain();
    expectNoCredentials(await run(domain, ["plan", "--timeout", "1"]));
    expect(domain.requests).toEqual([]);
  });
});

const nameTask = () => ({ AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/v2/credentials/task" });

test("the usual address of ECS, which a task names by its path, gives credentials", async () => {
  const issuer = await startIssuer();
  await useSource({ files: {}, variables: nameTask, asks: [] }, issuer.url);
  const hosts: unknown[] = [];
  // The address is that of a link, which this machine does not have: the connection alone goes elsewhere.
  vi.spyOn(Agent.prototype, "createConnection").mockImplementation(({ host }) => {
    hosts.push(host);
    return openSocket(Number(new URL(issuer.url).port), "127.0.0.1");
  });
  onTestFinished(() => void vi.restoreAllMocks());
  const domain = await startDomain({ amazon: { identities: [session] } });
  const { code, err } = await run(domain, ["apply", "--yes"]);
  expect({ code, err }).toMatchObject({ code: 0 });
  expect(hosts).toEqual(["169.254.170.2"]);
  expect(describeAsked(issuer)).toEqual([expect.stringMatching(/^GET \/v2\/credentials\/task/)]);
});

test("a session of SSO that is over says how to begin another", async () => {
  const issuer = await startIssuer();
  const source = sources["a session of SSO"]!;
  const over = JSON.stringify({ accessToken: ssoToken, expiresAt: "2020-01-01T00:00:00Z" });
  await useSource({ ...source, files: { ...source.files, [ssoCache]: over } }, issuer.url);
  const ran = await run(await startDomain(), ["plan"]);
  expectNoCredentials(ran);
  expect(ran.err).toContain("aws sso login");
  expect(issuer.asked).toEqual([]);
});

test("a program of a profile that never ends is not waited for", async () => {
  const config = "[profile ci]\ncredential_process = sleep 20\n";
  await useSource({ files: { config }, variables: () => ({ AWS_PROFILE: "ci" }), asks: [] }, "");
  const ran = await run(await startDomain(), ["plan", "--timeout", "1"]);
  expectNoCredentials(ran);
  expect(ran.err).toContain("no credentials within 1 s");
});

test("credentials come through the proxy of the environment", async () => {
  const issuer = await startIssuer();
  const passed: string[] = [];
  const proxy = createServer().on("connect", ({ url = "" }, socket) => {
    passed.push(url);
    const through = openSocket(Number(new URL(issuer.url).port), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      socket.pipe(through).pipe(socket);
    });
    for (const end of [socket, through]) end.on("error", () => {});
  });
  const address = `http://${await toUrl(proxy)}`;
  const domain = await startDomain({ amazon: { identities: [session] } });
  const source = sources["a web identity token"]!;
  await useSource(source, "http://sts.us-east-1.amazonaws.test");
  const env = { http_proxy: address, no_proxy: "127.0.0.1" };
  const { code, err } = await run(domain, ["plan"], { env });
  expect({ code, err }).toMatchObject({ code: 0 });
  expect(passed).toEqual(["sts.us-east-1.amazonaws.test:80"]);
});
