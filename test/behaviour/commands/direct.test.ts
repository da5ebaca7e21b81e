import { beforeAll, describe, expect, test } from "vitest";
import type { Io } from "../../../src/commands/io.ts";
import type { Simulator } from "../../../src/simulator/index.ts";
import type { Ran } from "../../support/osac.ts";
import { run, start, writes } from "../../support/simulated-cluster.ts";
import { asCertificate } from "../../support/status-caller.ts";
import { directCommands } from "./direct.ts";

describe.each(["2.11.1", "2.19.4", "3.4.0"])("with the simulator of %s", (version) => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await start({ version });
  });

  directCommands(version, () => simulator);
});

async function* typed(answer: string): AsyncGenerator<string> {
  yield answer;
}

const terminal = (answer: string): Pick<Io, "stdin"> => ({
  stdin: Object.assign(typed(answer), { isTerminal: true }),
});

test("each asks on a terminal, and heeds the answer", async () => {
  const simulator = await start();

  const refused = await run(["cache", "flush"], simulator, terminal("n\n"));
  const agreed = await run(["cache", "flush"], simulator, terminal("y\n"));

  expect(refused.err).toContain("Flush the authentication cache of simulated for all users? [y/N]");
  expect(refused).toMatchObject({ code: 0, out: "" });
  expect(agreed.out).toContain("Flushed:");
  expect(writes(simulator)).toEqual(["DELETE cache 200"]);
});

test("a server that does not reload certificates says which setting it takes", async () => {
  const simulator = await start({ certificateReload: false });

  const { code, err } = await asCertificate(simulator, ["certificates", "reload", "http", "--yes"]);

  expect(code).toBe(7);
  expect(err).toMatch(/\[not-enabled\]\n.*plugins\.security\.ssl_cert_reload_enabled: true/);
});

test("a node that cannot read its certificates tells why, and goes on with the old ones", async () => {
  const simulator = await start();
  // 2.19.4 and 3.4.0 answer so to a file without a certificate.
  const reason = "Couldn't read SSL certificates from /etc/node.pem";
  const error = { reason, caused_by: { reason: "found no certificates in input stream" } };
  simulator.fail({
    status: 500,
    body: JSON.stringify({ error, status: 500 }),
    when: ({ method }) => method === "PUT",
  });

  const { code, err } = await asCertificate(simulator, ["certificates", "reload", "http", "--yes"]);

  expect(code).toBe(6);
  expect(err).toContain(
    `${reason}: found no certificates in input stream; the node goes on with those it had`,
  );
});

const isPut = ({ method }: { method: string }): boolean => method === "PUT";
const isProof = ({ path }: { path: string }): boolean => path.endsWith("authinfo");
describe("account password", () => {
  const users = { rotating: { password: "Correct-Horse_7-Battery" } };
  const env = {
    OSAC_USERNAME: "rotating",
    OSAC_PASSWORD: "Correct-Horse_7-Battery",
    OSAC_NEW_PASSWORD: "Sturdy-Horse_7-Batteries",
  };
  const change = (simulator: Simulator, more: Record<string, string> = {}, ...argv: string[]): Promise<Ran> =>
    run(["account", "password", "--yes", ...argv], simulator, { env: { ...env, ...more } });

  test("finds out by a login what became of a lost answer", async () => {
    const lost = await start({ users });
    lost.fail({ connection: "lost", when: isPut });
    const reset = await start({ users });
    reset.fail({ connection: "reset", when: isPut });

    expect(await change(lost)).toMatchObject({ code: 0 });
    const { code, err } = await change(reset);

    expect(code).toBe(6);
    expect(err).toContain("the password of rotating is still the old one: the new one does not log in");
    expect(err).toContain("[password-not-changed]");
  });

  test("says so when neither of the two logs in", async () => {
    const simulator = await start({ users });
    simulator.fail({ status: 401, when: isProof }, { status: 401, when: isProof });

    const { code, err } = await change(simulator);

    expect(code).toBe(8);
    expect(err).toContain("neither the old nor the new password of rotating logs in any more");
  });

  test("says so when nobody can tell", async () => {
    const simulator = await start({ users });
    simulator.fail({ connection: "hang", when: isProof });

    const { code, err } = await change(simulator, {}, "--timeout", "1");

    expect(code).toBe(6);
    expect(err).toMatch(/it cannot be told which password rotating has now.*\[password-not-verified\]/);
  });

  test("takes a page of a proxy for no answer about the login", async () => {
    const simulator = await start({ users });
    const page = { status: 200, body: "<html>Welcome</html>", when: isProof };
    simulator.fail(page, page);

    const { code, err } = await change(simulator);

    expect(code).toBe(6);
    expect(err).toMatch(/it cannot be told which password rotating has now.*\[password-not-verified\]/);
  });

  test("osac says that a cluster with an invalid stored configuration keeps the old one in force", async () => {
    const simulator = await start({ users });
    await simulator.edit("rolesmapping", (mappings) => ({ ...mappings, own_index: { users: ["/(/"] } }));

    const { code, err } = await change(simulator);

    expect(code).toBe(6);
    expect(err).toMatch(/still the old one.*Failed node[^]*look at osac status before anything is restarted/);
  });

  test.for<[string, Record<string, string>, string[], string]>([
    [
      "without a new password",
      { OSAC_NEW_PASSWORD: "" },
      [],
      "the new password is missing [no-new-password]",
    ],
    [
      "with the old one",
      { OSAC_NEW_PASSWORD: env.OSAC_PASSWORD },
      [],
      "the new password is the old one; nothing was changed [same-password]",
    ],
    [
      "with two from the same place",
      { OSAC_NEW_PASSWORD_FILE: "ca.pem" },
      [],
      "OSAC_NEW_PASSWORD and OSAC_NEW_PASSWORD_FILE are two new passwords [conflicting-logins]",
    ],
    [
      "with both from standard input",
      { OSAC_PASSWORD: "", OSAC_NEW_PASSWORD: "" },
      ["--new-password-file", "-", "--password-file", "-"],
      "both read standard input [conflicting-passwords]",
    ],
    [
      "with a token",
      { OSAC_TOKEN: "x", OSAC_USERNAME: "", OSAC_PASSWORD: "" },
      [],
      "a token was given [no-password-login]",
    ],
  ])("is refused %s, and nothing is sent", async ([, more, argv, message]) => {
    const simulator = await start({ users });

    const { code, err } = await change(simulator, more, ...argv);

    expect(code).toBe(3);
    expect(err).toContain(message);
    expect(writes(simulator)).toEqual([]);
  });

  test("no password is printed, whatever happens", async () => {
    const simulator = await start({ users });
    simulator.fail({ status: 500, body: "Sturdy", when: isPut });
    for (const output of ["text", "json"]) {
      const { out, err } = await change(simulator, {}, "--output", output);
      expect(out + err).not.toMatch(/Sturdy-Horse|Correct-Horse/);
    }
  });
});

test("certificates reload wants to know which", async () => {
  const simulator = await start();

  const missing = await run(["certificates", "reload"], simulator);
  const wrong = await run(["certificates", "reload", "https"], simulator);

  expect([missing.code, wrong.code]).toEqual([3, 3]);
  expect(missing.err).toContain("layer is missing: http or transport");
  expect(wrong.err).toContain('layer: expected http or transport, found "https"');
});
