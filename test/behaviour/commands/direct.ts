import { Ajv2020 } from "ajv/dist/2020.js";
import { beforeAll, describe, expect, test } from "vitest";
import directSchema from "../../../schemas/direct.schema.json" with { type: "json" };
import planSchema from "../../../schemas/plan.schema.json" with { type: "json" };
import { compareVersions, parseVersion } from "../../../src/value/version.ts";
import type { Ran } from "../../support/osac.ts";
import { openCaller } from "../../server/contract/caller.ts";
import { cheapHash, cheapPassword, type Cluster } from "../../server/contract/suite.ts";
import { asCertificate, asUser } from "../../support/status-caller.ts";

const fits = new Ajv2020({ strict: true, allowUnionTypes: true }).addSchema(planSchema).compile(directSchema);

const next = "Sturdy-Horse_7-Batteries";

/** Tests of the maintenance commands, on a simulated or real server. */
export function directCommands(version: string, clusterOf: () => Cluster): void {
  const forgetsOne = compareVersions(parseVersion(version), parseVersion("3.1")) >= 0;

  /** Runs a command as a user of this name, or with the admin certificate. */
  const as = (caller: string, ...argv: string[]): Promise<Ran> =>
    caller === "certificate"
      ? asCertificate(clusterOf(), argv)
      : asUser(clusterOf(), caller, cheapPassword, argv);

  /** Tries to change the caller's password. */
  const change = (caller: string, password: string): Promise<Ran> =>
    asUser(
      clusterOf(),
      caller,
      caller === "admin" ? "admin" : cheapPassword,
      ["account", "password", "--yes", "--new-password-file", "new"],
      { new: `${password}\n` },
    );

  beforeAll(async () => {
    const { url, caCert, adminCert, adminKey } = clusterOf();
    const owner = openCaller(url, { caCert: caCert!, cert: adminCert!, key: adminKey! });
    const users = { operator: ["admin"], stranger: [], rotating: [] };
    for (const [name, backendRoles] of Object.entries(users))
      await owner.put(`internalusers/${name}`, { hash: cheapHash, backend_roles: backendRoles });
    await owner.close();
  });

  describe("cache flush", () => {
    test("has the nodes forget everybody", async () => {
      const { code, out } = await as("operator", "cache", "flush", "--yes");

      expect(code).toBe(0);
      expect(out).toMatch(/^Flushed: \S+ authenticates all users again\n$/);
    });

    test("has them forget one user, where the server can", async () => {
      const { code, out, err } = await as("operator", "cache", "flush", "--user", "a/b", "--yes");

      if (forgetsOne)
        expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining("user a/b") });
      else {
        expect({ code, out }).toEqual({ code: 7, out: "" });
        expect(err).toMatch(
          /cannot forget a single user; nothing was changed \[unsupported-server\]\n.*without --user/,
        );
      }
    });

    test("says what the caller lacks", async () => {
      const { code, err } = await as("stranger", "cache", "flush", "--yes");

      expect(code).toBe(7);
      expect(err).toContain("the caller has no access to this part of the REST API; nothing was changed");
    });
  });

  describe("certificates reload", () => {
    test.for(["http", "transport"])("has the node load those for %s, and lists them", async (layer) => {
      const { code, out } = await as("certificate", "certificates", "reload", layer, "--yes");

      expect(code).toBe(0);
      expect(out).toContain(`Reloaded: the ${layer} certificates of the node`);
      expect(out).toMatch(/CN=node-1,\S+ +\d{4}-\d\d-\d\d +\d+ days left/);
    });

    test("is not for users", async () => {
      const { code, err } = await as("operator", "certificates", "reload", "http", "--yes");

      expect(code).toBe(7);
      expect(err).toMatch(
        /only REST administrators .*; nothing was changed[^]*restapi:admin\/ssl\/certs\/reload/,
      );
    });
  });

  describe("account password", () => {
    test("changes it, proves the new one, and says where else to change it", async () => {
      const { code, out, err } = await change("rotating", next);

      expect(code).toBe(0);
      expect(err).toMatch(/^notice: .* \[server-placeholders-not-checked\]\n {2}hint: .*\n$/);
      expect(out).toMatch(
        /Changed: the password of rotating .*the new one has logged in\n.*OSAC_PASSWORD.*internal_users\.yml/,
      );
      expect(await change("rotating", `${next}!`)).toMatchObject({ code: 7 });
    });

    test("leaves a weak one to the judgement of the server, which changes nothing", async () => {
      const { code, err } = await change("operator", "weak");

      expect(code).toBe(6);
      expect(err).toMatch(
        /warning: the server may refuse it: .*\[weak-password\]\nnotice: .*\n +hint: .*\nerror: .*Weak password; nothing was changed \[rejected\]/,
      );
      expect(await as("operator", "cache", "flush", "--yes")).toMatchObject({ code: 0 });
    });

    test("refuses a reserved user", async () => {
      const { code, err } = await change("admin", next);

      expect(code).toBe(7);
      expect(err).toMatch(/the user is reserved.*\[reserved-user\]/);
    });

    test("refuses the certificate, also beside a user", async () => {
      const alone = await as("certificate", "account", "password", "--yes", "--new-password-file", "ca.pem");

      expect(alone.code).toBe(3);
      expect(alone.err).toContain("a certificate was given");
    });
  });

  test.for([
    ["certificate", 0, ["cache", "flush", "--yes"]],
    ["certificate", 0, ["certificates", "reload", "http", "--yes"]],
    ["operator", 7, ["certificates", "reload", "http", "--yes"]],
    ["stranger", 7, ["cache", "flush", "--yes"]],
    ["operator", 3, ["cache", "flush"]],
    ["operator", 3, ["account", "password", "--yes"]],
  ] as const)(
    "as %s, exit code %i: %j prints a document of the published schema",
    async ([caller, exitCode, argv]) => {
      const { code, out } = await as(caller, ...argv, "--output", "json");

      const document: unknown = JSON.parse(out);
      fits(document);
      expect(fits.errors ?? []).toEqual([]);
      expect(document).toMatchObject({ command: argv.slice(0, 2).join(" "), exitCode });
      expect(code).toBe(exitCode);
    },
  );
}
