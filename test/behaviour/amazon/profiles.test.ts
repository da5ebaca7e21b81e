import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { masterIdentity } from "../../../src/simulator/amazon/edge.ts";
import type { AwsIdentity } from "../../../src/simulator/index.ts";
import { folder } from "../../support/folder.ts";
import { osac, type Ran } from "../../support/osac.ts";
import { files, signAsMaster, startDomain } from "./domain.ts";
import { session, startIssuer } from "./issuer.ts";

signAsMaster();

const keysOfEast: AwsIdentity = {
  ...masterIdentity,
  accessKeyId: "AKIDEAST",
  secretAccessKey: "east-secret",
};

const config = [
  "[profile hub]\nregion = us-east-1\naws_access_key_id = AKIDHUB\naws_secret_access_key = hub-secret-of-the-job",
  `[profile east]\naws_access_key_id = ${keysOfEast.accessKeyId}\naws_secret_access_key = ${keysOfEast.secretAccessKey}`,
  `[profile west]\nregion = us-east-1\nrole_arn = ${masterIdentity.arn}\nsource_profile = hub\nexternal_id = partner-7`,
].join("\n");

/** Two domains, each of which knows one caller, as targets with a profile each. */
async function stage(profileOfWest: string) {
  const issuer = await startIssuer();
  const east = await startDomain({ amazon: { identities: [keysOfEast] } });
  const { certificates } = east;
  const west = await startDomain({ certificates, amazon: { identities: [session] } });
  const settings = [
    "cluster: { auth: sigv4, aws_region: us-east-1, ca_cert: ca.pem }",
    "targets:",
    `  east: { cluster: { url: "${east.url}", aws_profile: east } }`,
    `  west: { cluster: { url: "${west.url}", aws_profile: ${profileOfWest} } }`,
  ].join("\n");
  const cwd = await folder({ ...files, config, "osac.yml": settings, "ca.pem": east.caCert });
  vi.stubEnv("AWS_CONFIG_FILE", join(cwd, "config"));
  vi.stubEnv("AWS_ENDPOINT_URL_STS", issuer.url);
  const run = async (argv: readonly string[], env: Record<string, string> = {}): Promise<Ran> =>
    osac([...argv, "--config", "osac.yml"], { cwd, env });
  return { issuer, east, west, run };
}

test("each target signs with its own profile in one run: one with keys, one with a role", async () => {
  const { run, issuer } = await stage("west");
  const { code, out, err } = await run(["apply", "--targets", "all", "--yes"]);
  expect({ code, err }).toEqual({ code: 0, err: expect.not.stringContaining("error") });
  expect(out).toContain("2 targets: 2 applied");
  const roles = issuer.asked.map(({ body }) => new URLSearchParams(body).get("ExternalId"));
  expect(new Set(roles)).toEqual(new Set(["partner-7"]));
  for (const secret of ["east-secret", "hub-secret-of-the-job", session.sessionToken])
    expect(out + err).not.toContain(secret);
});

test("the credentials of a profile are asked for once, however many requests they sign", async () => {
  const { run, issuer, west } = await stage("west");
  expect(await run(["plan", "--target", "west"])).toMatchObject({ code: 0 });
  expect(west.requests.length).toBeGreaterThan(1);
  expect(issuer.asked).toHaveLength(1);
});

test.each([
  ["have no end", undefined, false],
  ["end in two hours", 120, false],
  ["end in two minutes", 2, true],
])("credentials of a program that %s", async (_, minutes, isAskedAgain) => {
  const end = minutes === undefined ? {} : { Expiration: new Date(Date.now() + minutes * 60_000) };
  const answer = { Version: 1, AccessKeyId: "AKIDEAST", SecretAccessKey: "east-secret", ...end };
  const east = await startDomain({ amazon: { identities: [keysOfEast] } });
  const cwd = await folder({
    ...files,
    "ca.pem": east.caCert,
    "answer.json": JSON.stringify(answer),
  });
  const config = join(cwd, "config");
  const program = `cd ${cwd} && echo once >> asked && cat answer.json`;
  await writeFile(config, `[profile program]\ncredential_process = ${program}`);
  vi.stubEnv("AWS_CONFIG_FILE", config);
  const login = ["--auth", "sigv4", "--aws-region", "us-east-1", "--aws-profile", "program"];
  const { code, err } = await osac(["plan", "--url", east.url, "--ca-cert", "ca.pem", ...login], { cwd });
  expect({ code, err }).toEqual({ code: 0, err: expect.not.stringContaining("error") });
  const asked = (await readFile(join(cwd, "asked"), "utf8")).trim().split("\n").length;
  expect(asked > 1).toBe(isAskedAgain);
});

test("a profile that does not exist fails alone, and nothing takes its place", async () => {
  const { run, west } = await stage("lost");
  const { code, out, err } = await run(["plan", "--targets", "all"]);
  expect(code).toBe(7);
  expect(out).toMatch(/^west +unreachable/m);
  expect(out).toMatch(/^east +changes/m);
  expect(err).toContain("correct the profile lost in ~/.aws/config");
  expect(west.requests).toEqual([]);
});

test("the profile of a target comes from its own variable as well", async () => {
  const { run } = await stage("lost");
  const env = { OSAC_TARGET_WEST_AWS_PROFILE: "west" };
  expect(await run(["plan", "--targets", "all"], env)).toMatchObject({ code: 0 });
});

test("a profile without signatures has no effect, and says so", async () => {
  const { code, err } = await osac(["plan", "--aws-profile", "east"]);
  expect(code).toBe(3);
  expect(err).toContain("--aws-profile has no effect alone [incomplete-login]");
});
