import { join } from "node:path";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { createCertificates } from "../../../src/simulator/certificates.ts";
import {
  startSimulator,
  type Certificates,
  type Fault,
  type Simulator,
} from "../../../src/simulator/index.ts";
import { folder } from "../../support/folder.ts";
import { osac, type Ran } from "../../support/osac.ts";
import { cheapHash, cheapPassword } from "../../server/contract/suite.ts";

let certificates: Certificates;
beforeAll(async () => {
  certificates = await createCertificates();
});

/**
 * A cluster that `deploy` administers through a mapping, although osac.yml names another role for the API.
 */
async function start(): Promise<Simulator> {
  const simulator = await startSimulator({
    certificates,
    documents: {
      roles: {
        security_rest_api_access: { reserved: true, cluster_permissions: ["cluster:monitor/main"] },
        monitor: { cluster_permissions: ["cluster:monitor/main"] },
      },
      rolesmapping: { security_rest_api_access: { backend_roles: ["ops"] }, monitor: { users: ["deploy"] } },
      internalusers: { deploy: { hash: cheapHash, backend_roles: ["ops"] } },
    },
  });
  onTestFinished(() => simulator.stop());
  return simulator;
}

const files = {
  "osac.yml": "lockout: { rest_api_roles: [monitor] }\n",
  "tenants.yml": "_meta: { type: tenants, config_version: 2 }\nsandbox: { description: Sand }\n",
  "roles_mapping.yml":
    "_meta: { type: rolesmapping, config_version: 2 }\nsecurity_rest_api_access: { backend_roles: [platform] }\n",
};

async function apply(
  simulator: Simulator,
  env: Readonly<Record<string, string>> = {},
  others: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const { ca, admin, client } = certificates;
  const pem = {
    "ca.pem": ca.cert,
    "admin.pem": admin.cert,
    "admin.key": admin.key,
    "robot.pem": client.cert,
    "robot.key": client.key,
  };
  const cwd = await folder({ ...files, ...others, ...pem });
  const known = {
    OSAC_URL: simulator.url,
    OSAC_CA_CERT: join(cwd, "ca.pem"),
    OSAC_USERNAME: "deploy",
    OSAC_PASSWORD: cheapPassword,
  };
  return osac(["apply", "--yes"], { cwd, env: { ...known, ...env } });
}

const recovery = { OSAC_RECOVERY_CERT: "admin.pem", OSAC_RECOVERY_KEY: "admin.key" };
const backendRoles = (simulator: Simulator): unknown =>
  simulator.stored("rolesmapping")["security_rest_api_access"];

test("a lockout that nobody foresaw is recovered by the certificate, and what went before stays", async () => {
  const simulator = await start();
  const { code, err, out } = await apply(simulator, recovery);
  expect(code).toBe(8);
  expect(err).toMatch(
    /rolesmapping\/security_rest_api_access: after it the caller could not change the security configuration any more \(.*does not let the caller write it\)\. osac reverted it, and the caller has its access again \[locked-out\]/,
  );
  expect(out).toContain("failed    update rolesmapping/security_rest_api_access");
  expect(backendRoles(simulator)).toMatchObject({ backend_roles: ["ops"] });
  expect(simulator.stored("tenants")).toHaveProperty("sandbox");
});

test("without a recovery certificate the run prints what an operator must send", async () => {
  const simulator = await start();
  const { code, err } = await apply(simulator);
  expect(code).toBe(8);
  expect(err).toMatch(/osac could not revert it: the server answered 403/);
  expect(err).toContain(
    'PATCH /_plugins/_security/api/rolesmapping [{"op":"add","path":"/security_rest_api_access/backend_roles","value":["ops"]}]',
  );
  expect(err).toContain("what was written could not be read again");
  expect(err).not.toContain("reads otherwise");
  expect(backendRoles(simulator)).toMatchObject({ backend_roles: ["platform"] });
});

test("osac reports that it could not ask, and reverts nothing", async () => {
  const simulator = await start();
  const hasWritten = (): boolean =>
    simulator.requests.some(({ method, status }) => method !== "GET" && status === 200);
  const cut: Fault = { connection: "reset", when: ({ path }) => path.endsWith("/authinfo") && hasWritten() };
  simulator.fail(...Array.from({ length: 20 }, () => cut));
  const { code, err } = await apply(simulator, recovery);
  expect(code).toBe(6);
  expect(err).toMatch(/osac could not check whether the caller kept its access.*\[access-not-verified\]/);
  expect(backendRoles(simulator)).toMatchObject({ backend_roles: ["platform"] });
});

test("a lockout whose answer was lost is recovered all the same", async () => {
  const simulator = await start();
  const isTheWrite: Fault["when"] = ({ method, path }) =>
    method === "PATCH" && path.endsWith("/rolesmapping") && "sandbox" in simulator.stored("tenants");
  simulator.fail({ status: 502, body: '{"error":"bad gateway"}', isWritten: true, when: isTheWrite });
  const { code, err } = await apply(simulator, recovery);
  expect(code).toBe(8);
  expect(err).toMatch(/osac reverted it, and the caller has its access again \[locked-out\]/);
  expect(backendRoles(simulator)).toMatchObject({ backend_roles: ["ops"] });
});

test("a certificate that is no administrator's cannot recover, which is said before anything is written", async () => {
  const simulator = await start();
  const { code, err } = await apply(simulator, {
    OSAC_RECOVERY_CERT: "robot.pem",
    OSAC_RECOVERY_KEY: "robot.key",
  });
  expect(code).toBe(7);
  expect(err).toContain(
    "no admin certificate of this cluster; nothing was written [no-recovery-certificate]",
  );
  expect(simulator.stored("tenants")).not.toHaveProperty("sandbox");
});

test("a certificate that nobody can check is not called one of no administrator", async () => {
  const simulator = await start();
  const cut: Fault = {
    connection: "reset",
    when: ({ path }) => path.endsWith("/whoami") || path.endsWith("/authinfo"),
  };
  simulator.fail(...Array.from({ length: 40 }, () => cut));
  const { code, err } = await apply(simulator, recovery);
  expect(code).toBe(7);
  expect(err).toMatch(
    /osac could not check whether the certificate of --recovery-cert is an admin certificate; nothing was written.*\[not-checked\]/,
  );
  expect(simulator.stored("tenants")).not.toHaveProperty("sandbox");
});

const isAsked = ({ path }: { path: string }): boolean => path.endsWith("/authinfo");

test("a caller whose name the server did not say before is not locked out by having another one after", async () => {
  const simulator = await start();
  const hasWritten = (): boolean =>
    simulator.requests.some(({ method, status }) => method === "PATCH" && status === 200);
  simulator.fail(
    ...Array.from({ length: 20 }, (): Fault => ({
      status: 404,
      when: (one) => isAsked(one) && !hasWritten(),
    })),
    ...Array.from({ length: 20 }, (): Fault => ({
      status: 200,
      body: '{"user_name":"CN=deploy,DC=example","roles":["security_rest_api_access"]}',
      when: (one) => isAsked(one) && hasWritten(),
    })),
  );
  const { code, err } = await apply(
    simulator,
    {},
    {
      "roles_mapping.yml":
        "_meta: { type: rolesmapping, config_version: 2 }\nsecurity_rest_api_access: { backend_roles: [ops, platform] }\n",
    },
  );
  expect(err).not.toContain("locked-out");
  expect(code).toBe(0);
});

test("half a certificate is refused", async () => {
  const { code, err } = await apply(await start(), { OSAC_RECOVERY_CERT: "admin.pem" });
  expect(code).toBe(3);
  expect(err).toContain("OSAC_RECOVERY_CERT has no effect alone [incomplete-login]");
});
