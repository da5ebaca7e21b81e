import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { osac as runOsac, type Ran } from "../../support/osac.ts";
import { startSimulator, type Simulator } from "../../../src/simulator/index.ts";

let simulator: Simulator;
let folder: string;

beforeAll(async () => {
  simulator = await startSimulator({
    users: { "odd: näme": { password: "x" }, "a-b": { password: "x" }, "a.b": { password: "x" } },
    documents: {
      roles: {
        yes: { description: "0777", index_permissions: [{ index_patterns: ["*"], dls: '{"a": "b: c"}\n' }] },
      },
    },
  });
});
afterAll(() => simulator.stop());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "osac-export-"));
  await writeFile(join(folder, "ca.pem"), simulator.caCert);
  await writeFile(join(folder, "admin.pem"), simulator.adminCert);
  await writeFile(join(folder, "admin.key"), simulator.adminKey);
  return () => rm(folder, { recursive: true });
});

async function osac(
  argv: string[],
  env: Record<string, string> = { OSAC_USERNAME: "admin", OSAC_PASSWORD: "admin" },
): Promise<Ran> {
  const known = { OSAC_URL: simulator.url, OSAC_CA_CERT: join(folder, "ca.pem") };
  return runOsac(argv, { env: { ...known, ...env }, cwd: folder });
}

const certificate = (): Record<string, string> => ({
  OSAC_CLIENT_CERT: join(folder, "admin.pem"),
  OSAC_CLIENT_KEY: join(folder, "admin.key"),
});

describe("status", () => {
  test("says what a user may do, and shows the certificate of the connection", async () => {
    const { code, out } = await osac(["status", "--output", "json"]);
    const status = JSON.parse(out);
    expect(code).toBe(0);
    expect(status.cluster).toMatchObject({ reachable: true, version: "3.4.0", name: "simulated" });
    expect(status.caller).toMatchObject({ kind: "user", name: "admin" });
    expect(status.kinds.find(({ kind }: { kind: string }) => kind === "roles")).toEqual({
      kind: "roles",
      readable: true,
      writable: true,
    });
    expect(status.kinds.find(({ kind }: { kind: string }) => kind === "allowlist")).toMatchObject({
      readable: false,
      writable: false,
    });
    expect(status.certificatesFrom).toBe("connection");
    expect(status.certificates.length).toBeGreaterThan(0);
  });

  test("says that a certificate acts, and not the user given with it", async () => {
    const { code, out } = await osac(["status"], {
      OSAC_USERNAME: "admin",
      OSAC_PASSWORD: "wrong",
      ...certificate(),
    });
    expect(code).toBe(0);
    expect(out).toMatch(/acting as certificate CN=.*; user admin is ignored/);
  });

  test("ends with 2 when a certificate expires within the days given", async () => {
    const { code, err } = await osac(["status", "--cert-days", "36500"]);
    expect(code).toBe(2);
    expect(err).toContain("[certificate-expiring]");
  });

  test.for<[out: boolean, err: boolean]>([
    [true, true],
    [true, false],
    [false, true],
    [false, false],
  ])(
    "colours each stream by itself: with the output at a terminal: %j",
    async ([isOutTerminal, isErrTerminal]) => {
      const texts = { out: "", err: "" };
      await runOsac(["status", "--cert-days", "36500"], {
        cwd: folder,
        env: {
          OSAC_URL: simulator.url,
          OSAC_CA_CERT: "ca.pem",
          OSAC_USERNAME: "admin",
          OSAC_PASSWORD: "admin",
        },
        stdout: { write: (text) => void (texts.out += text), isTerminal: isOutTerminal },
        stderr: { write: (text) => void (texts.err += text), isTerminal: isErrTerminal },
      });
      expect(texts.err).toContain("certificate-expiring");
      const coloured = [texts.out, texts.err].map((text) => text.includes("\u001B["));
      expect(coloured).toEqual([isOutTerminal, isErrTerminal]);
    },
  );

  test("ends with 7 and says whether nobody answers or the caller is unknown", async () => {
    const unknown = await osac(["status", "--output", "json"], {
      OSAC_USERNAME: "admin",
      OSAC_PASSWORD: "wrong",
    });
    expect(unknown.code).toBe(7);
    expect(JSON.parse(unknown.out)).toMatchObject({
      cluster: { reachable: true },
      findings: [{ code: "unauthenticated" }],
    });
    const nameless = await osac(["status"], { OSAC_USERNAME: "", OSAC_PASSWORD: "" });
    expect(nameless.code).toBe(7);
    expect(nameless.err).toContain("hint: set OSAC_USERNAME and OSAC_PASSWORD; or OSAC_TOKEN; or ");
    const nobody = await osac(["status", "--output", "json", "--url", "https://127.0.0.1:1"]);
    expect(nobody.code).toBe(7);
    expect(JSON.parse(nobody.out)).toMatchObject({
      cluster: { reachable: false },
      findings: [{ code: "unreachable" }],
    });
  });
});

describe("export", () => {
  test("writes a directory whose plan is empty, as a user and with the certificate", async () => {
    for (const env of [undefined, { ...certificate() }]) {
      expect(await osac(["export", "live", "--force"], env)).toMatchObject({ code: 0 });
      const planned = await osac(["plan", "live", "--output", "json", "--detailed-exitcode"], env);
      expect(planned).toMatchObject({ code: 0 });
      expect(JSON.parse(planned.out).changes).toEqual([]);
      const { out } = await osac(["plan", "live"], env);
      expect(out).toContain(
        env
          ? "to compare: set the variables that the files name for them"
          : "or log in with the admin certificate",
      );
    }
  });

  test("leaves out what no file may hold, and says which entity and why", async () => {
    const { err } = await osac(["export", "live"]);
    expect(err).toMatch(
      /internalusers\/odd: näme: not exported, since no file may hold it.*\[not-exported\]/,
    );
    expect(await readFile(join(folder, "live", "internal_users.yml"), "utf8")).not.toContain("näme");
  });

  test("changes no byte the second time, and leaves nothing beside the files", async () => {
    await osac(["export", "live"]);
    const first = await contents(join(folder, "live"));
    expect(await osac(["export", "live"])).toMatchObject({ code: 0 });
    expect(await contents(join(folder, "live"))).toEqual(first);
  });

  test("overwrites nothing without --force, and names all that stands in the way", async () => {
    await osac(["export", "live"]);
    await writeFile(join(folder, "live", "roles.yml"), "mine");
    await writeFile(join(folder, "live", "tenants.yml"), "mine");
    const { code, err } = await osac(["export", "live"]);
    expect(code).toBe(3);
    expect(err).toMatch(/^error: roles\.yml exists .*\[file-exists\]$/m);
    expect(err).toContain("tenants.yml exists");
    expect(await readFile(join(folder, "live", "roles.yml"), "utf8")).toBe("mine");
    expect(await osac(["export", "live", "--force"])).toMatchObject({ code: 0 });
  });

  test("stands a variable of its own for every hash, and writes hashes only when asked with the certificate", async () => {
    const { out } = await osac(["export", "live", "--output", "json"]);
    const variables = JSON.parse(out).placeholders.map(({ variable }: { variable: string }) => variable);
    expect(new Set(variables).size).toBe(variables.length);
    expect(variables.every((variable: string) => /^[A-Z][A-Z0-9_]*$/.test(variable))).toBe(true);
    expect(await readFile(join(folder, "live", "internal_users.yml"), "utf8")).not.toContain("$2");
    expect(await osac(["export", "hashes", "--with-hashes"])).toMatchObject({
      code: 3,
      err: expect.stringContaining("[needs-certificate]"),
    });
    expect(await osac(["export", "hashes", "--with-hashes"], certificate())).toMatchObject({ code: 0 });
    expect(await readFile(join(folder, "hashes", "internal_users.yml"), "utf8")).toContain("hash: $2");
  });

  test("leaves out built-in entities unless --all asks for them", async () => {
    await osac(["export", "live", "--kinds", "internalusers"]);
    await osac(["export", "all", "--kinds", "internalusers", "--all"]);
    expect(await readdir(join(folder, "live"))).toEqual(["internal_users.yml"]);
    expect(await readFile(join(folder, "live", "internal_users.yml"), "utf8")).not.toContain("kibanaserver:");
    expect(await readFile(join(folder, "all", "internal_users.yml"), "utf8")).toMatch(
      /kibanaserver:\n(?: .*\n)* {2}reserved: true/,
    );
  });
});

async function contents(path: string): Promise<Record<string, string>> {
  const names = await readdir(path);
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(path, name), "utf8")])),
  );
}
