import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { masterIdentity } from "../../../src/simulator/amazon/edge.ts";
import { startSimulator } from "../../../src/simulator/index.ts";
import { folder } from "../../support/folder.ts";
import { osac } from "../../support/osac.ts";
import { evilServer } from "../../support/evil-server.ts";
import { files, run, signAsMaster, startDomain, useKeys } from "./domain.ts";

signAsMaster();

const session = { ...masterIdentity, sessionToken: "AQoDYXdzEXAMPLETOKEN/with+more=" };

describe("a domain that wants signed requests", () => {
  test("can be planned, changed and checked for drift", async () => {
    const domain = await startDomain();
    expect(await run(domain, ["plan", "--detailed-exitcode"])).toMatchObject({ code: 2 });
    expect(await run(domain, ["apply", "--yes"])).toMatchObject({ code: 0 });
    expect(domain.stored("roles")).toHaveProperty("reader");
    expect(await run(domain, ["drift"])).toMatchObject({ code: 0 });
  });

  test("is shown by status with the ARN of the caller", async () => {
    const domain = await startDomain();
    const { code, out } = await run(domain, ["status", "--output", "json"]);
    const { arn } = masterIdentity;
    expect(code).toBe(0);
    expect(JSON.parse(out).caller).toMatchObject({ kind: "iam", name: arn, backendRoles: [arn] });
  });

  test.for(["a b", "a/b", "50%", "größe 日本", "a+b", "a*b", "!'()~"])(
    "verifies a path with the name %j",
    async (name) => {
      const domain = await startDomain({ version: "3.4.0" });
      const { code, err } = await run(domain, ["cache", "flush", "--yes", "--user", name]);
      expect({ code, err }).toMatchObject({ code: 0 });
      expect(domain.requests.at(-1)).toMatchObject({ method: "DELETE", status: 200 });
    },
  );

  test("verifies a body with such names", async () => {
    const domain = await startDomain();
    const roles =
      "_meta: {type: roles, config_version: 2}\n'a b/c%d+e*ü日本🔑': {cluster_permissions: [cluster_monitor]}\n";
    expect(await run(domain, ["apply", "--yes"], { files: { "roles.yml": roles } })).toMatchObject({
      code: 0,
    });
    expect(domain.stored("roles")).toHaveProperty(["a b/c%d+e*ü日本🔑"]);
  });

  test("refuses a request without a signature, and osac says what it wants", async () => {
    const domain = await startDomain();
    const cwd = await folder({ "ca.pem": domain.caCert, ...files });
    const env = { OSAC_URL: domain.url, OSAC_CA_CERT: "ca.pem" };
    const login = { OSAC_USERNAME: "admin", OSAC_PASSWORD: "a-Password-1" };
    for (const more of [{}, login]) {
      const { code, err } = await osac(["plan"], { cwd, env: { ...env, ...more } });
      expect(code).toBe(7);
      expect(err).toContain("pass --auth sigv4");
      expect(err).not.toContain("a-Password-1");
      expect(err).not.toContain(Buffer.from("admin:a-Password-1").toString("base64"));
    }
  });

  test("answers through a tunnel to a host with the name that --aws-host gives", async () => {
    const hostName = "vpc-logs-abc.eu-west-1.es.amazonaws.com";
    const certificates = { server: { hosts: [hostName] } };
    const domain = await startSimulator({
      service: "amazon",
      certificates,
      amazon: { hostName, region: "eu-west-1" },
    });
    try {
      const cwd = await folder({ "ca.pem": domain.caCert });
      const env = { OSAC_URL: domain.url, OSAC_CA_CERT: "ca.pem", OSAC_AUTH: "sigv4" };
      expect(await osac(["status", "--aws-host", hostName], { cwd, env })).toMatchObject({ code: 0 });
      expect((await osac(["status", "--aws-region", "eu-west-1"], { cwd, env })).code).toBe(7);
    } finally {
      await domain.stop();
    }
  });
});

describe("credentials", () => {
  test("osac sends the credentials of a session, and no output shows them", async () => {
    useKeys(session);
    const domain = await startDomain({ amazon: { identities: [session] } });
    const { code, out, err } = await run(domain, ["apply", "--yes", "--debug"]);
    expect(code).toBe(0);
    for (const secret of [session.secretAccessKey, session.sessionToken, "Signature="])
      expect(out + err).not.toContain(secret);
  });

  test("that expire during a run are read again", async () => {
    const fresh = { ...session, accessKeyId: "AKIDFRESH", secretAccessKey: "another-secret-key-of-the-role" };
    const old = { ...session, requestsMax: 8 };
    const path = join(await folder({}), "credentials");
    const write = ({ accessKeyId, secretAccessKey, sessionToken }: typeof session): void =>
      writeFileSync(
        path,
        `[default]\naws_access_key_id=${accessKeyId}\naws_secret_access_key=${secretAccessKey}\naws_session_token=${sessionToken}\n`,
      );
    useKeys({});
    vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", path);
    write(old);
    let requests = 0;
    // Another program renews the file while osac runs: the clock of the service is asked at each request.
    const now = (): number => {
      requests += 1;
      if (requests === 3) write(fresh);
      return Date.now();
    };
    const domain = await startDomain({ amazon: { identities: [old, fresh], now } });
    const { code } = await run(domain, ["apply", "--yes"]);
    expect(code).toBe(0);
    expect(domain.requests.some(({ status }) => status === 403)).toBe(true);
    expect(domain.stored("roles")).toHaveProperty("reader");
  });

  test("that have expired for good are said to have", async () => {
    useKeys(session);
    const domain = await startDomain({ amazon: { identities: [{ ...session, requestsMax: 0 }] } });
    const { code, err } = await run(domain, ["plan"]);
    expect(code).toBe(7);
    expect(err).toContain("the session of the AWS credentials is over");
    expect(err).toContain("[signature-refused]");
  });

  test("that are nowhere are asked for", async () => {
    useKeys({});
    const { code, err } = await run(await startDomain(), ["plan"]);
    expect(code).toBe(7);
    expect(err).toContain("[no-aws-credentials]");
    expect(err).toContain("AWS_ACCESS_KEY_ID");
  });
});

describe("a refused signature", () => {
  test("a signature refused for a wrong key shows that only the key can differ, and no secret", async () => {
    useKeys({ ...session, secretAccessKey: "wrong-secret-access-key" });
    const domain = await startDomain({ amazon: { identities: [session] } });
    const { code, err } = await run(domain, ["plan"]);
    expect(code).toBe(7);
    expect(err).toContain("both sign the same request, so the secret access key differs");
    for (const secret of ["wrong-secret-access-key", session.sessionToken]) expect(err).not.toContain(secret);
  });

  test("a signature refused for another host shows the line that differs", async () => {
    const domain = await startDomain();
    domain.fail({
      status: 403,
      body: JSON.stringify({
        message:
          "The request signature we calculated does not match the signature you provided.\n\nThe Canonical String for this request should have been\n'GET\n/\n\nhost:inner.example.com\nx-amz-security-token:SOMEBODYS-TOKEN'\n",
      }),
      when: ({ path }) => path === "/",
    });
    const { err } = await run(domain, ["status"]);
    expect(err).toMatch(
      /osac signed "host:127\.0\.0\.1:\d+", the service expects "host:inner\.example\.com"/,
    );
    expect(err).not.toContain("SOMEBODYS-TOKEN");
  });

  test("a signature refused for a wrong clock shows both times", async () => {
    const domain = await startDomain({ amazon: { now: () => Date.now() + 10 * 60 * 1000 } });
    const { code, err } = await run(domain, ["plan"]);
    expect(code).toBe(7);
    expect(err).toMatch(
      /the clock of this machine is more than five minutes wrong \(Signature expired: \d{8}T/,
    );
  });

  test("a signature refused for another region names both regions", async () => {
    const domain = await startDomain({ amazon: { region: "eu-west-1" } });
    const { code, err } = await run(domain, ["plan"]);
    expect(code).toBe(7);
    expect(err).toContain("pass the region of the domain with --aws-region");
  });
});

describe("settings", () => {
  test("requests are signed only when asked, whatever the host is called", async () => {
    const { code, err } = await osac(["status", "--url", "https://search-a.us-east-1.es.amazonaws.invalid"]);
    expect(code).toBe(7);
    expect(err).not.toContain("AWS");
  });

  test("a host without a region in its name needs one", async () => {
    const { code, err } = await osac(["status", "--url", "https://logs.example.com", "--auth", "sigv4"]);
    expect(code).toBe(3);
    expect(err).toContain("[no-aws-region]");
  });

  test("a user and a signature are two ways to log in", async () => {
    const { code, err } = await osac([
      "status",
      "--auth",
      "sigv4",
      "--username",
      "a",
      "--password-file",
      "b",
    ]);
    expect(code).toBe(3);
    expect(err).toContain("two ways to log in");
  });

  test("OpenSearch Serverless is refused in one sentence", async () => {
    const { code, err } = await osac(["plan", "--url", "https://abc.us-east-1.aoss.amazonaws.com"]);
    expect(code).toBe(7);
    expect(err).toContain("which has no Security plugin");
  });

  test("the files of a pull request cannot send a signature anywhere, nor ask for one", async () => {
    const evil = await evilServer();
    const address = `url: "http://${evil.address}"`;
    for (const [settings, env] of [
      [`cluster: { ${address} }\n`, { OSAC_AUTH: "sigv4", OSAC_AWS_REGION: "us-east-1" }],
      [`cluster: { ${address}, auth: sigv4, aws_region: us-east-1 }\n`, {}],
      [
        "cluster: { auth: sigv4, aws_host: a.us-east-1.es.amazonaws.com }\n",
        { OSAC_URL: `http://${evil.address}` },
      ],
    ] as const) {
      const cwd = await folder({ ...files, "osac.yml": settings });
      const { code, err } = await osac(["plan"], { cwd, env });
      expect(code).toBe(3);
      expect(err).toContain("[unpinned-setting]");
    }
    expect(evil.received).toEqual([]);
  });
});
