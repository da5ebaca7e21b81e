import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { add, remove, says } from "../answers.ts";
import { type Caller, openCaller } from "../caller.ts";
import { cheapHash, cheapPassword, type Cluster, byVersion } from "../suite.ts";

/** Two settings of the server, which together decide who may write securityconfig. */
export interface Gate {
  readonly restApiAdmin: boolean;
  readonly allowSecurityConfig: boolean;
  /** Certificates are reloaded on demand; it has nothing to do with the others, and saves a server of its own. */
  readonly certificateReload: boolean;
}

type CallerName = "user" | "certificate" | "administrator";

/** The flag that names securityconfig is ignored as soon as the other one is set. */
const openTo: readonly (Omit<Gate, "certificateReload"> & { readonly callers: readonly CallerName[] })[] = [
  { restApiAdmin: false, allowSecurityConfig: true, callers: ["user", "certificate", "administrator"] },
  { restApiAdmin: false, allowSecurityConfig: false, callers: [] },
  { restApiAdmin: true, allowSecurityConfig: true, callers: ["certificate", "administrator"] },
  { restApiAdmin: true, allowSecurityConfig: false, callers: ["certificate", "administrator"] },
];

/** Starts one server after the other, for each combination of the settings. */
export function gateStatements(version: string, start: (gate: Gate) => Promise<Cluster>): void {
  const isOld = byVersion(version)({ "2.10": true, "2.19": false });

  describe.each(openTo)(
    "with restApiAdmin $restApiAdmin and allowSecurityConfig $allowSecurityConfig",
    ({ callers, ...gate }) => {
      let cluster: Cluster;
      let called: Record<CallerName, Caller & { close(): Promise<void> }>;

      beforeAll(async () => {
        cluster = await start({ ...gate, certificateReload: gate.allowSecurityConfig });
        called = await openCallers(cluster);
      });

      afterAll(async () => {
        await Promise.all(Object.values(called).map((caller) => caller.close()));
        await cluster.stop();
      });

      test("everybody with access reads securityconfig", async () => {
        for (const caller of Object.values(called))
          expect((await caller.get("securityconfig")).status).toBe(200);
      });

      test.each(Object.keys({ user: 0, certificate: 0, administrator: 0 }) as CallerName[])(
        "the probe tells whether the %s may write it",
        async (name) => {
          const answer = await called[name].patch("securityconfig", []);

          expect(answer).toMatchObject(
            callers.includes(name) ? says(400, "Wrong request body") : says(403, "Access denied"),
          );
        },
      );

      test("the gate judges a real patch as it judges an empty one", async () => {
        const path = "/config/dynamic/do_not_fail_on_forbidden";
        const answers: number[] = [];
        for (const caller of Object.values(called)) {
          answers.push((await caller.patch("securityconfig", [add(path, true), remove(path)])).status);
        }

        const names = Object.keys(called) as CallerName[];
        expect(answers).toEqual(names.map((name) => (callers.includes(name) ? 200 : 403)));
      });

      test("nodesdn is open to the certificate, and to an administrator where that model is on", async () => {
        expect((await called.user.patch("nodesdn", [])).status).toBe(403);
        expect((await called.certificate.patch("nodesdn", [])).status).toBe(400);
        expect((await called.administrator.patch("nodesdn", [])).status).toBe(gate.restApiAdmin ? 400 : 403);
      });

      test("certificates are reloaded where the node is set to it", async () => {
        const path = "ssl/http/reloadcerts";
        const answer = gate.allowSecurityConfig
          ? { status: 200, body: { message: "updated http certs" } }
          : says(400, expect.stringContaining("set plugins.security.ssl_cert_reload_enabled to true"));

        expect(await called.certificate.put(path)).toMatchObject(answer);
        expect(await called.user.put(path)).toMatchObject(says(403, "Access denied"));
        expect(await called.administrator.put(path)).toMatchObject(
          gate.restApiAdmin ? answer : says(403, "Access denied"),
        );
      });

      test("a role of the Security API's own permissions cannot be written, except by an administrator of 2.11", async () => {
        const status = isOld && gate.restApiAdmin ? 201 : 403;

        const answer = await called.administrator.put("roles/osac-test-admin", {
          cluster_permissions: ["restapi:admin/roles"],
        });

        expect(answer.status).toBe(status);
      });
    },
  );
}

/** A user with access, the admin certificate, and a user with every `restapi:admin/…` permission. */
async function openCallers(
  cluster: Cluster,
): Promise<Record<CallerName, Caller & { close(): Promise<void> }>> {
  const { url, user, password, caCert = "", adminCert = "", adminKey = "" } = cluster;
  const certificate = openCaller(url, { caCert, cert: adminCert, key: adminKey });
  await certificate.put("internalusers/administrator", {
    hash: cheapHash,
    backend_roles: ["admin"],
    opendistro_security_roles: ["security_rest_api_full_access"],
  });
  return {
    user: openCaller(url, { caCert, user, password }),
    certificate,
    administrator: openCaller(url, { caCert, user: "administrator", password: cheapPassword }),
  };
}
