import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Ran } from "../../support/osac.ts";
import { startIssuer, type TokenIssuer } from "../github/token-issuer.ts";

const example = join(import.meta.dirname, "../../../examples/oidc");
const github = "https://token.actions.githubusercontent.com";
const repository = "example-org@123456/search-security@456789";
const audience = "https://opensearch.example.org";
const pullRequest = { sub: `repo:${repository}:pull_request` };

/** Runs osac with these variables and the address of the node. */
export type Run = (env: Readonly<Record<string, string>>, argv: readonly string[]) => Promise<Ran>;

/**
 * Tests of `examples/oidc`, on a node with the `opensearch.yml` of the example of least rights.
 *
 * @param asAdministrator variables of a caller that may change how callers log in
 */
export function tokenTests(run: Run, asAdministrator: () => Readonly<Record<string, string>>): void {
  let issuer: TokenIssuer;
  let folder: string;
  const as = (token: string, ...argv: string[]): Promise<Ran> => run({ OSAC_TOKEN: token }, argv);

  /** The example, for an issuer on loopback. */
  async function applyExample(change: (config: string) => string = (text) => text): Promise<void> {
    const path = join(folder, "oidc");
    await cp(example, path, { recursive: true });
    const config = await readFile(join(path, "config.yml"), "utf8");
    await writeFile(join(path, "config.yml"), change(config.replaceAll(github, issuer.url)));
    const argv = ["apply", path, "--yes", "--allow-escalation", "login-authority/config/config"];
    const ran = await run(asAdministrator(), argv);
    expect(ran.err).not.toContain("error:");
    expect(ran.code).toBe(0);
  }

  beforeAll(async () => {
    issuer = await startIssuer(repository, audience);
    folder = await mkdtemp(join(tmpdir(), "osac-oidc-"));
    const meta = "_meta: {type: tenants, config_version: 2}\n";
    await writeFile(join(folder, "tenants.yml"), `${meta}of_the_token: {}\n`);
    await applyExample();
  });
  afterAll(async () => {
    await issuer?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test("lets a pull request plan, and refuses what it would write before anything is written", async () => {
    const token = issuer.token(pullRequest);
    const planned = await as(token, "plan", folder, "--detailed-exitcode");
    expect(planned).toMatchObject({ code: 2, err: "" });
    expect(planned.out).toContain("1 to create");
    expect(await as(token, "apply", folder, "--yes")).toMatchObject({
      code: 7,
      err: expect.stringContaining("nothing was written"),
    });
  });

  test("lets the job of the environment write, with that one role", async () => {
    const before = issuer.keysRead;
    const applied = await as(issuer.token(), "apply", folder, "--yes");
    expect(applied).toMatchObject({ code: 0 });
    // Each write makes the nodes initialize the login domains again, and read the keys again.
    expect(issuer.keysRead).toBe(before + 1);
    const status = await as(issuer.token(), "status", "--output", "json");
    expect(JSON.parse(status.out).caller).toMatchObject({
      kind: "token",
      name: `repo:${repository}:environment:production`,
      backendRoles: [],
      // The built-in mapping gives this to every user.
      roles: ["osac_apply", "own_index"],
    });
    const drift = issuer.token({ sub: `repo:${repository}:ref:refs/heads/main` });
    expect(await as(drift, "drift", folder)).toMatchObject({ code: 0 });
  });

  const now = Math.floor(Date.now() / 1000);
  test.for<[string, (other: TokenIssuer) => string]>([
    ["for another audience", () => issuer.token({ aud: "https://github.com/example-org" })],
    ["for no audience", () => issuer.token({ aud: undefined })],
    ["of another issuer", () => issuer.token({ iss: github })],
    ["of no issuer", () => issuer.token({ iss: undefined })],
    ["that has expired", () => issuer.token({ exp: now - 60 })],
    ["that is not valid yet", () => issuer.token({ nbf: now + 600 })],
    ["without a subject", () => issuer.token({ sub: undefined })],
    ["with another's signature", (other) => other.token({ iss: issuer.url })],
    ["with an unknown key", (other) => other.token({ iss: issuer.url }, { kid: "key-9" })],
    ["that was changed", () => changed(issuer.token(pullRequest), issuer.token())],
    ["with no signature", () => issuer.forged("none")],
    ["signed with the public key", () => issuer.forged("HS256")],
    ["that is no token", () => "no.token.atall"],
  ])("refuses a token %s", async ([, tokenOf]) => {
    const other = await startIssuer(repository, audience);
    try {
      const { code, err } = await as(tokenOf(other), "plan", folder);
      expect(err).toContain("refused the login (401)");
      expect(code).toBe(7);
    } finally {
      await other.stop();
    }
  });

  test.for([
    `repo:${repository}0:environment:production`,
    `repo:Example-Org@123456/search-security@456789:environment:production`,
    `repo:${repository}:environment:staging`,
    `repo:${repository}:ref:refs/heads/other`,
  ])("knows %s, and lets it do nothing", async (sub) => {
    const token = issuer.token({ sub });
    expect(await as(token, "plan", folder)).toMatchObject({ code: 7 });
    const { roles } = JSON.parse((await as(token, "status", "--output", "json")).out).caller;
    expect(roles).toEqual(["own_index"]);
  });

  test("takes a token that has just expired: clocks may be 30 seconds apart", async () => {
    expect(await as(issuer.token({ exp: Math.floor(Date.now() / 1000) - 10 }), "plan", folder)).toMatchObject(
      {
        code: 0,
      },
    );
  });

  test("takes a new key at once, and knows the old one until it has met the new", async () => {
    const old = issuer.token();
    expect(await as(old, "plan", folder)).toMatchObject({ code: 0 });
    issuer.rotate();
    expect(await as(old, "plan", folder)).toMatchObject({ code: 0 });
    expect(await as(issuer.token(), "plan", folder)).toMatchObject({ code: 0 });
    expect(await as(old, "plan", folder)).toMatchObject({ code: 7 });
  });

  test("would take a branch's name for a role, if roles_key were the subject", async () => {
    await applyExample((config) =>
      config.replace("subject_key: sub", "subject_key: sub\n            roles_key: sub"),
    );
    const stranger = issuer.token({ sub: "repo:anybody/anything:ref:refs/heads/x,admin" });
    const { caller } = JSON.parse((await as(stranger, "status", "--output", "json")).out);
    expect(caller.backendRoles).toEqual(["admin", "repo:anybody/anything:ref:refs/heads/x"]);
    expect(caller.roles).toContain("all_access");
  });

  test("needs the issuer only for keys that it does not have yet", async () => {
    const token = issuer.token();
    expect(await as(token, "plan", folder)).toMatchObject({ code: 0 });
    await issuer.stop();
    expect(await as(token, "plan", folder)).toMatchObject({ code: 0 });
    const unknown = await as(issuer.token({}, { kid: "key-9" }), "plan", folder);
    expect(unknown).toMatchObject({
      code: 7,
      err: expect.stringContaining("the nodes must reach its issuer"),
    });
  });
}

/** A token with the claims of one token and the signature of another. */
function changed(token: string, other: string): string {
  return [...other.split(".").slice(0, 2), token.split(".")[2]].join(".");
}
