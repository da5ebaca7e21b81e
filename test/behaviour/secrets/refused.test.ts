import { expect, test } from "vitest";
import { folder } from "../../support/folder.ts";
import { osac } from "../../support/osac.ts";
import { startSimulator } from "../../../src/simulator/index.ts";

const users = (field: string) => `_meta: {type: internalusers, config_version: 2}\nann: {${field}}\n`;

const keys = `_meta: {type: config, config_version: 2}
config:
  dynamic:
    on_behalf_of: {signing_key: '\${env.KEY}', encryption_key: '\${env.KEY}'}
    authc:
      basic_internal_auth_domain:
        http_enabled: true
        order: 0
        http_authenticator: {type: basic, challenge: true}
        authentication_backend: {type: intern}
`;

/** The output of a run, without its duration. */
const timeless = (out: string): string => out.replace(/ in \d[^\n]*/, "");

test.each([
  ["a hash", "internal_users.yml", users("hash: '${env.KEY}'"), "AKIAEXAMPLE0123456789"],
  ["a template", "internal_users.yml", users("password: '${env.KEY}'"), "${{ secrets.KEY }}"],
  ["Base64", "internal_users.yml", users("password: '${envbase64.KEY}'"), "no Base64 at all"],
  ["keys", "config.yml", keys, "short"],
])("a value that is no %s is planned like any other, and refused by apply", async (_, file, text, value) => {
  const simulator = await startSimulator();
  const cwd = await folder({ "ca.pem": simulator.caCert, [`files/${file}`]: text });
  const { url: OSAC_URL, user: OSAC_USERNAME, password: OSAC_PASSWORD } = simulator;
  const run = (KEY: string, ...argv: string[]) =>
    osac([...argv, "--allow-lockout-risk"], {
      cwd,
      env: { OSAC_URL, OSAC_USERNAME, OSAC_PASSWORD, OSAC_CA_CERT: "ca.pem", KEY },
    });
  const [bad, good] = [await run(value, "plan", "files"), await run("QUJD".repeat(24), "plan", "files")];
  expect(bad).toMatchObject({ code: 0, err: good.err });
  expect(timeless(bad.out)).toBe(timeless(good.out));

  const applied = await run(value, "apply", "files", "--yes");
  expect(applied.code).toBe(3);
  expect(applied.err).toMatch(/the value of \$\{env(?:base64)?\.KEY\} is refused: .*\[refused-secret\]/);
  expect(applied.err).not.toContain(value);
  expect(simulator.requests.filter(({ method }) => method !== "GET")).toEqual([]);
  await simulator.stop();
});
