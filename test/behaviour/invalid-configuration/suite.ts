import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseVersion, compareVersions } from "../../../src/value/version.ts";
import { kinds } from "../../../src/kinds/index.ts";
import type { Declared, Directory } from "../../../src/model/entity.ts";
import type { KindName } from "../../../src/model/kind-name.ts";
import type { Body, Json } from "../../../src/model/value.ts";
import { applyDirectory, applyFiles } from "../../support/engine.ts";
import { add, remove } from "../../server/contract/answers.ts";
import { openCaller, type Caller } from "../../server/contract/caller.ts";
import type { Cluster } from "../../server/contract/suite.ts";
import { causes, groundwork, names, type Cause } from "./causes.ts";

/**
 * Every known content that the cluster cannot load, written by an ordinary administrator without any check.
 * osac reverts it and names it, and writes take effect again.
 */
export function invalidConfigurationSuite(
  version: string,
  start: () => Promise<Cluster>,
  isNode = false,
): void {
  let cluster: Cluster;
  let certificate: Caller & { close(): Promise<void> };

  beforeAll(async () => {
    cluster = await start();
    const { url, caCert, adminCert, adminKey } = cluster;
    certificate = openCaller(url, { caCert: caCert!, cert: adminCert!, key: adminKey! });
    const operations = Object.entries(groundwork).map(([role, body]) => add(`/${role}`, body));
    expect(await certificate.patch("roles", operations)).toMatchObject({ status: 200 });
  });
  afterAll(async () => {
    await certificate?.close();
    await cluster?.stop();
  });

  const server = (): { url: string; caCert: string } => ({ url: cluster.url, caCert: cluster.caCert! });
  const shown = async (kind: KindName): Promise<Json> => (await certificate.get(kinds[kind].path)).body;

  /** Another client applies a harmless change, which shows that writes take effect. */
  async function writesAgain(): Promise<void> {
    const tenants = `_meta: { type: tenants, config_version: 2 }\nosac_normal: { description: "${Date.now()}" }\n`;
    const applied = await applyFiles(server(), { "tenants.yml": tenants });
    expect(applied.findings).toEqual([]);
  }

  const wanted = async (cause: Cause): Promise<Json> =>
    cause.path ? within(await shown(cause.kind), ["config", ...cause.path], cause.content) : cause.content;

  describe("what the server cannot load", () => {
    test.for(
      causes.filter((cause) => isInvalid(cause, version)).map((cause) => [cause.what, cause] as const),
    )("is taken back: %s", async ([, cause]) => {
      const before = await shown(cause.kind);
      const applied = await applyDirectory(server(), makeDirectory(cause, await wanted(cause)));

      expect(applied.findings).toMatchObject([
        { code: "invalid-stored-configuration", kind: cause.kind, name: names[cause.kind] },
      ]);
      expect(applied.findings[0]!.message).toMatch(
        /reverted it, and the cluster accepts writes again\. At fault: /,
      );
      expect(applied.outcomes).toMatchObject([{ result: "failed" }]);
      expect(await shown(cause.kind)).toEqual(before);
      await writesAgain();
    });

    test("is told from what stands beside it in the same request", async () => {
      const [mapping] = causes;
      const directory = makeDirectory(mapping!, mapping!.content);
      const declared = new Map(directory.kinds.get("rolesmapping"));
      const fine = { users: ["/[a-z]+/"] };
      const beside = "osac_user_of_group";
      declared.set(beside, { ...declared.get("osac_invalid")!, name: beside, body: fine });
      const applied = await applyDirectory(server(), {
        ...directory,
        kinds: new Map([["rolesmapping", declared]]),
      });

      expect(applied.findings).toMatchObject([
        { code: "invalid-stored-configuration", name: "osac_invalid" },
      ]);
      expect(applied.outcomes.map(({ result }) => result)).toEqual(["failed", "failed"]);
      expect(Object.keys((await shown("rolesmapping")) as object)).not.toContain(beside);
      await writesAgain();
    });

    test("is taken back from entities that were there before, of which the rest stays", async () => {
      const mine = { backend_roles: ["a"], users: ["u"], description: "mine" };
      expect(await certificate.patch("rolesmapping", [add("/osac_invalid", mine)])).toMatchObject({
        status: 200,
      });
      const before = await shown("rolesmapping");
      const [mapping] = causes;
      const applied = await applyDirectory(server(), makeDirectory(mapping!, { ...mine, users: ["/(/"] }));

      expect(applied.findings).toMatchObject([
        { code: "invalid-stored-configuration", name: "osac_invalid" },
      ]);
      expect(await shown("rolesmapping")).toEqual(before);
      await certificate.patch("rolesmapping", [remove("/osac_invalid")]);
    });
  });

  test.for(causes.filter((cause) => !isInvalid(cause, version)).map((cause) => [cause.what, cause] as const))(
    "what does no harm here is written: %s",
    async ([, cause]) => {
      const applied = await applyDirectory(server(), makeDirectory(cause, await wanted(cause)));

      expect(applied.findings).toEqual([]);
      // A field that this version does not know is no difference.
      if (cause.path) return expect(applied.outcomes).toEqual([]);
      const path = `/${names[cause.kind]}`;
      expect(await certificate.patch(kinds[cause.kind].path, [remove(path)])).toMatchObject({ status: 200 });
    },
  );

  test("osac reports an invalid configuration that another client stored, and leaves nothing behind", async () => {
    const broken = add("/osac_invalid", { users: ["/(/"] });
    expect(await certificate.patch("rolesmapping", [broken])).toMatchObject({ status: 500 });
    const before = await shown("tenants");
    const files = {
      "tenants.yml": "_meta: { type: tenants, config_version: 2 }\nosac_new: { description: new }\n",
    };
    const applied = await applyFiles(server(), files);

    expect(applied.findings).toMatchObject([{ code: "invalid-stored-by-others", kind: "tenants" }]);
    expect(applied.findings[0]!.message).toContain("another client stored before this run began");
    expect(applied.findings[0]!.hint).toContain("do not restart any node");
    expect(await shown("tenants")).toEqual(before);
    expect(await certificate.patch("rolesmapping", [remove("/osac_invalid")])).toMatchObject({ status: 200 });
    await writesAgain();
  });

  // Only a node without the plugin can repair this, so it is the last test, and runs only on a real node.
  test.runIf(isNode && isInvalid({ since: "2.12" }, version))(
    "osac reports that it wrote a listener whose ignore_hosts leave nobody in, and could not read it again",
    async () => {
      const content = { type: "ip", ignore_hosts: ["/(/"] };
      const path = ["config", "dynamic", "auth_failure_listeners", "osac_invalid"];
      const config = within(await shown("config"), path, content);
      const applied = await applyDirectory(server(), makeDirectory({ kind: "config" }, config));

      expect(applied.outcomes).toMatchObject([{ result: "done" }]);
      expect(applied.findings).toMatchObject([{ code: "not-verified" }]);
    },
  );
}

function isInvalid(
  { since = "0.0", until = "99.0" }: Pick<Cause, "since" | "until">,
  version: string,
): boolean {
  const from = (bound: string): boolean => compareVersions(parseVersion(version), parseVersion(bound)) >= 0;
  return from(since) && !from(until);
}

/** A directory with this one entity, which no check has read. */
function makeDirectory({ kind }: Pick<Cause, "kind">, content: Json): Directory {
  const name = names[kind]!;
  const at = { file: kinds[kind].file, line: 1, column: 1 };
  const declared: Declared = { kind, name, body: content as Body, at };
  return {
    path: "/",
    kinds: new Map([[kind, new Map([[name, declared]])]]),
    ignored: [],
    findings: [],
  };
}

/** A copy of the body with the content at the path. */
function within(shown: Json, [first = "", ...path]: readonly string[], content: Json): Json {
  const fields = shown as { [field: string]: Json };
  if (first === "config") return within(fields["config"]!, path, content);
  const inner = path.length === 0 ? content : within(fields[first]!, path, content);
  return { ...fields, [first]: inner };
}
