import { createServer } from "node:http";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { masterIdentity } from "../../../src/simulator/amazon/edge.ts";
import { folder } from "../../support/folder.ts";
import { toUrl } from "../../support/simulated-cluster.ts";
import { run, signAsMaster, startDomain, useKeys } from "./domain.ts";

signAsMaster();

/** The session that the issuer of this file gives out. */
const session = {
  ...masterIdentity,
  accessKeyId: "ASIASESSION",
  sessionToken: "a-session-token-of-the-issuer",
};

const expiration = "2099-01-01T00:00:00Z";

/** Plays the token service of AWS, and the endpoint of a container. Returns its address and what it was asked. */
async function startIssuer(): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      asked.push(`${request.url} ${body}`);
      const isContainer = request.method === "GET";
      response.setHeader("content-type", isContainer ? "application/json" : "text/xml");
      response.end(isContainer ? containerAnswer : makeRoleAnswer(body));
    });
  });
  return { url: `http://${await toUrl(server)}`, asked };
}

const containerAnswer = JSON.stringify({
  AccessKeyId: session.accessKeyId,
  SecretAccessKey: session.secretAccessKey,
  Token: session.sessionToken,
  Expiration: expiration,
});

function makeRoleAnswer(body: string): string {
  const action = new URLSearchParams(body).get("Action")!;
  return `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result><Credentials><AccessKeyId>${session.accessKeyId}</AccessKeyId><SecretAccessKey>${session.secretAccessKey}</SecretAccessKey><SessionToken>${session.sessionToken}</SessionToken><Expiration>${expiration}</Expiration></Credentials><AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/osac-applier/s</Arn><AssumedRoleId>AROA:s</AssumedRoleId></AssumedRoleUser></${action}Result></${action}Response>`;
}

const role = masterIdentity.arn;

const sources = {
  "a profile that assumes a role with an external id": {
    files: {
      config: `[profile base]\nregion = us-east-1\n[profile ci]\nregion = us-east-1\nrole_arn = ${role}\nsource_profile = base\nexternal_id = partner-7\n`,
      credentials: "[base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = base-secret-of-the-job\n",
    },
    variables: () => ({ AWS_PROFILE: "ci" }),
    asks: /Action=AssumeRole&|ExternalId=partner-7/,
  },
  "a web identity token": {
    files: { token: "header.payload.signature" },
    variables: (at: string) => ({
      AWS_WEB_IDENTITY_TOKEN_FILE: join(at, "token"),
      AWS_ROLE_ARN: role,
      AWS_REGION: "us-east-1",
    }),
    asks: /Action=AssumeRoleWithWebIdentity/,
  },
  "a container": {
    files: {},
    variables: (_: string, url: string) => ({ AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/credentials` }),
    asks: /^\/credentials/,
  },
} as const;

test.for(Object.entries(sources))("%s gives credentials", async ([, { files, variables, asks }]) => {
  const issuer = await startIssuer();
  const at = await folder(files);
  useKeys({});
  const given = { AWS_CONFIG_FILE: join(at, "config"), AWS_SHARED_CREDENTIALS_FILE: join(at, "credentials") };
  const all = { ...given, AWS_ENDPOINT_URL_STS: issuer.url, ...variables(at, issuer.url) };
  for (const [name, value] of Object.entries(all)) vi.stubEnv(name, value);
  const domain = await startDomain({ amazon: { identities: [session] } });
  const { code, out, err } = await run(domain, ["apply", "--yes"]);
  expect({ code, err }).toMatchObject({ code: 0 });
  expect(issuer.asked.join("\n")).toMatch(asks);
  for (const secret of [session.sessionToken, session.secretAccessKey, "base-secret-of-the-job"])
    expect(out + err).not.toContain(secret);
});
