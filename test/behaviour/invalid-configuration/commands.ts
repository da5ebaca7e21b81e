import { afterAll, beforeAll, expect, test } from "vitest";
import type { Json } from "../../../src/model/value.ts";
import { compareVersions, parseVersion } from "../../../src/value/version.ts";
import type { Ran } from "../../support/osac.ts";
import { add, remove } from "../../server/contract/answers.ts";
import { type Caller, openCaller } from "../../server/contract/caller.ts";
import { cheapHash, cheapPassword, type Cluster } from "../../server/contract/suite.ts";
import { asCertificate, asUser } from "../../support/status-caller.ts";

interface Cause {
  readonly what: string;
  /** The address that `osac status` shows. */
  readonly code: string;
  readonly kind: string;
  readonly path: string;
  readonly value: Json;
  /** `until` is the first version that can load it again, `since` the first that cannot. */
  readonly until?: string;
  readonly since?: string;
}

const listener = "/config/dynamic/auth_failure_listeners/osac_test";

const causes: readonly Cause[] = [
  {
    what: "a bad regex in a mapping",
    code: "unloadable-pattern",
    kind: "rolesmapping",
    path: "/logstash",
    value: { hosts: ["/(/"] },
  },
  {
    what: "a bad regex in a role",
    code: "unloadable-pattern",
    kind: "roles",
    path: "/osac_test",
    value: { cluster_permissions: ["/(/"] },
    until: "3.0",
  },
  {
    what: "a listener that allows no try",
    code: "unloadable-listener",
    kind: "securityconfig",
    path: listener,
    value: { type: "ip", allowed_tries: -1 },
  },
  {
    what: "a listener of an unknown type",
    code: "unloadable-listener",
    kind: "securityconfig",
    path: listener,
    value: { type: "IP" },
  },
  {
    what: "a short signing key",
    code: "unloadable-key",
    kind: "securityconfig",
    path: "/config/dynamic/on_behalf_of",
    value: { enabled: true, signing_key: "c2hvcnQ=", encryption_key: "c2hvcnQ=" },
    since: "2.12",
  },
];

/** The findings of `osac status` about a simulated or real server that cannot load its configuration. */
export function statusOfInvalidConfigurations(version: string, clusterOf: () => Cluster): void {
  const isFrom = (bound: string): boolean => compareVersions(parseVersion(version), parseVersion(bound)) >= 0;
  let owner: Caller & { close(): Promise<void> };

  beforeAll(async () => {
    const { url, caCert = "", adminCert: cert = "", adminKey: key = "" } = clusterOf();
    owner = openCaller(url, { caCert, cert, key });
    await owner.put("internalusers/watcher", { hash: cheapHash, backend_roles: ["admin"] });
  });
  afterAll(() => owner?.close());

  const asOwner = (): Promise<Ran> => asCertificate(clusterOf(), ["status", "--probe-reload"]);
  const asWatcher = (): Promise<Ran> => asUser(clusterOf(), "watcher", cheapPassword, ["status"]);

  test("osac status says that every node can load the stored configuration", async () => {
    const { code, out, err } = await asOwner();

    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(/^reload +every node can load the stored configuration$/m);
  });

  test.for(causes)("osac status finds $what", async ({ code, kind, path, value, until, since }) => {
    const isInvalid = !(until && isFrom(until)) && (since === undefined || isFrom(since));
    // A server of 2.11 does not know these keys, and refuses them.
    if (!isInvalid && since !== undefined) return;
    await owner.patch(kind, [add(path, value)]);

    const ran = await asOwner();
    const watched = await asWatcher();
    const recovery = path.startsWith("/config/dynamic/on_") ? add(path, { enabled: false }) : remove(path);
    const recovered = await owner.patch(kind, [recovery]);

    expect(recovered.status).toBe(200);
    expect([ran.code, watched.code]).toEqual(isInvalid ? [6, 6] : [0, 0]);
    const found = isInvalid
      ? new RegExp(`error: .*the cluster cannot load this \\[${code}\\]\n.*before any node is restarted`)
      : /^$/;
    expect(watched.err).toMatch(found);
    if (!isInvalid) return;
    expect(ran.err).toContain(`[${code}]`);
    expect(ran.err).toMatch(/error: the node \S+ cannot load the stored configuration: .*\[not-loaded\]/);
    expect(ran.out).toMatch(/^reload +not every node can load the stored configuration$/m);
  });

  test("an entity stored in the place of a static one is found, before 3", async () => {
    await owner.put("roles/readall", { cluster_permissions: ["cluster_monitor"] });

    const ran = await asOwner();
    await owner.delete("roles/readall");

    if (isFrom("3.0")) expect(ran).toMatchObject({ code: 0, err: "" });
    else {
      expect(ran.code).toBe(6);
      expect(ran.err).toMatch(
        /roles\/readall: .*\[stored-static\]\n.*DELETE \/_plugins\/_security\/api\/roles\/readall/,
      );
    }
    expect(await asOwner()).toMatchObject({ code: 0 });
  });

  test("only the certificate has the nodes asked", async () => {
    const argv = ["status", "--probe-reload", "--output", "json"];
    const { code, out } = await asUser(clusterOf(), "watcher", cheapPassword, argv);

    expect(code).toBe(7);
    expect(JSON.parse(out)).toMatchObject({ exitCode: 7, reload: null, findings: [{ code: "not-allowed" }] });
  });
}
