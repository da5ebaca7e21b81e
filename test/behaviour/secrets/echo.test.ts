import type { ServerResponse } from "node:http";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { osac, type Ran } from "../../support/osac.ts";
import { folder } from "../../support/folder.ts";
import { startReverseProxy } from "../../support/reverse-proxy.ts";
import { start } from "../../support/simulated-cluster.ts";

const password = "jobSecret-99x/Zq";
const spellings = [
  password,
  encodeURIComponent(password),
  ...(["base64", "base64url", "hex"] as const).map((form) => Buffer.from(password).toString(form)),
  Buffer.from(`job:${password}`).toString("base64"),
];
const echo = spellings.join(" | ");

/** Adds secrets to an answer, wherever osac may read texts or names. */
const answers: Readonly<Record<string, { status?: number; body: object }>> = {
  authinfo: {
    body: {
      user_name: `job ${echo}`,
      roles: ["all_access", echo],
      backend_roles: ["admin", echo],
      remote_address: `${echo}:1`,
    },
  },
  health: { body: { status: "UP", message: echo } },
  "api/certificates": {
    body: {
      nodes: {
        a: {
          name: echo,
          certificates: {
            [echo]: [{ subject_dn: echo, issuer_dn: echo, not_after: `2040-01-01 (${password})` }],
          },
        },
      },
    },
  },
  dashboardsinfo: {
    body: { password_validation_regex: "^x$", password_validation_error_message: echo },
  },
  "api/account": { body: { user_name: echo, is_internal_user: true } },
  "api/cache": {
    status: 500,
    body: {
      error: { type: "x", reason: `upper ${echo}`, caused_by: { type: "y", reason: `lower ${echo}` } },
      status: 500,
    },
  },
};

async function runBeside(said: readonly string[], argv: string[], env = {}): Promise<Ran & { cwd: string }> {
  const simulator = await start({ users: { job: { password, backend_roles: ["admin"] } } });
  const answerEcho = (path: string, response: ServerResponse): boolean => {
    const found = said.find((route) => path === `/_plugins/_security/${route}`);
    const answer = found === undefined ? undefined : answers[found];
    if (answer) response.writeHead(answer.status ?? 200).end(JSON.stringify(answer.body));
    return answer !== undefined;
  };
  const { server } = simulator.certificates;
  const url = await startReverseProxy({ to: simulator, certificate: server, answers: answerEcho });
  const cwd = await folder({
    "ca.pem": simulator.caCert,
    "tenants.yml": "_meta: { type: tenants, config_version: 2 }\nsandbox: { description: Sand }\n",
  });
  const login = { OSAC_URL: url, OSAC_CA_CERT: "ca.pem", OSAC_USERNAME: "job", OSAC_PASSWORD: password };
  return { ...(await osac(argv, { cwd, env: { ...login, ...env } })), cwd };
}

function expectNoLogin(text: string): void {
  for (const spelling of spellings) expect(text).not.toContain(spelling);
  expect(text).toContain("***");
}

test.for(["text", "json"])("status shows no login that the server says again, as %s", async (output) => {
  const said = ["authinfo", "health", "api/certificates"];
  const { out, err } = await runBeside(said, ["status", "--output", output]);
  expectNoLogin(out + err);
  expect(out).toContain("2040-01-01");
});

test("the audit log keeps no login that the server says again", async () => {
  const { code, cwd } = await runBeside(["authinfo"], ["apply", "--yes", "--audit-log", "log"]);
  expect(code).toBe(0);
  expectNoLogin(await readFile(join(cwd, "log"), "utf8"));
});

test("what the server says of a failed command is searched for the login, the cause below it included", async () => {
  const { code, err } = await runBeside(["api/cache"], ["cache", "flush", "--yes"]);
  expect(code).toBe(6);
  expect(err).toContain("upper");
  expectNoLogin(err);
});

const changing = ["account", "password", "--yes"];
const env = { OSAC_NEW_PASSWORD: "Sturdy-Horse_7-Batteries" };

test("the rule for passwords is searched for the login", async () => {
  const { code, err } = await runBeside(["dashboardsinfo"], changing, env);
  expect(code).toBe(0);
  expectNoLogin(err);
});

test("the name that the server gives the caller is searched for the login", async () => {
  const { code, err } = await runBeside(["api/account"], changing, env);
  expect(code).toBe(3);
  expectNoLogin(err);
});
