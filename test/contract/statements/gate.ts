import { describe, expect } from "vitest";
import { says } from "../answers.ts";
import type { Suite } from "../suite.ts";

/** Who may write securityconfig, which depends on two settings of the server. */
export interface Gate {
  readonly restApiAdmin: boolean;
  readonly allowSecurityConfig: boolean;
  readonly opensFor: readonly ("user" | "certificate")[];
}

/** All four combinations; the flag that names the API is ignored as soon as the other one is set. */
export const gates: readonly Gate[] = [
  { restApiAdmin: false, allowSecurityConfig: true, opensFor: ["user", "certificate"] },
  { restApiAdmin: false, allowSecurityConfig: false, opensFor: [] },
  { restApiAdmin: true, allowSecurityConfig: true, opensFor: ["certificate"] },
  { restApiAdmin: true, allowSecurityConfig: false, opensFor: ["certificate"] },
];

export function gateStatements({ test }: Suite, { restApiAdmin, allowSecurityConfig, opensFor }: Gate): void {
  describe(`with restapi.admin.enabled ${restApiAdmin} and allow_securityconfig_modification ${allowSecurityConfig}`, () => {
    test("everybody with access reads securityconfig", async ({ user, certificate }) => {
      expect((await user.get("securityconfig")).status).toBe(200);
      expect((await certificate.get("securityconfig")).status).toBe(200);
    });

    test(`it is open to ${opensFor.join(" and ") || "nobody"}`, async ({ user, certificate }) => {
      const expected = (caller: "user" | "certificate") =>
        opensFor.includes(caller) ? says(400, "Wrong request body") : says(403, "Access denied");

      expect(await user.patch("securityconfig", [])).toMatchObject(expected("user"));
      expect(await certificate.patch("securityconfig", [])).toMatchObject(expected("certificate"));
    });
  });
}
