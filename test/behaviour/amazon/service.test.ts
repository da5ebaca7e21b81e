import { describe, expect, test } from "vitest";
import { findService } from "../../../src/kinds/services/index.ts";
import { masterIdentity } from "../../../src/simulator/amazon/edge.ts";
import type { SimulatorOptions } from "../../../src/simulator/index.ts";
import { osac } from "../../support/osac.ts";
import { folder } from "../../support/folder.ts";
import { start, writes } from "../../support/simulated-cluster.ts";
import { files, run, signAsMaster, startDomain, useKeys } from "./domain.ts";

signAsMaster();

const header = (type: string): string => `_meta: {type: ${type}, config_version: 2}\n`;
const keys = `${header("rolesmapping")}
all_access: { backend_roles: ["${masterIdentity.arn}"] }
security_manager: { backend_roles: ["${masterIdentity.arn}"] }
`;

describe("resource types that the service keeps to itself", () => {
  const own = {
    ...files,
    "config.yml": `${header("config")}config: { dynamic: { do_not_fail_on_forbidden: true } }\n`,
    "allowlist.yml": `${header("allowlist")}config: { enabled: false, requests: {} }\n`,
  };

  test.for([true, false])(
    "are skipped with its own way to set them (refused by a page: %s)",
    async (answersPages) => {
      const domain = await startDomain({ amazon: { answersPages } });
      const { code, out, err } = await run(domain, ["apply", "--yes"], { files: own });
      expect(code).toBe(0);
      expect(out + err).toContain("Amazon OpenSearch Service does not offer it");
      expect(out + err).toContain("AdvancedSecurityOptions");
      expect(writes(domain)).toEqual(["PATCH roles 200"]);
    },
  );

  test("are shown by status, with the service", async () => {
    const domain = await startDomain();
    const { out } = await run(domain, ["status"]);
    expect(out).toContain("service   Amazon OpenSearch Service");
    expect(out).toContain("limit paths with the access policy of the domain");
  });
});

describe("the audit settings of a server that has none", () => {
  test("are skipped, on any server", async () => {
    const simulator = await start();
    const body = '{"status":"NOT_FOUND","message":"Method GET not supported for this action."}';
    simulator.fail({
      status: 404,
      body,
      headers: { "content-type": "application/json" },
      when: ({ path }) => path.endsWith("/api/audit"),
    });
    const audit = `${header("audit")}config: { enabled: true }\n`;
    const cwd = await folder({ ...files, "audit.yml": audit, "ca.pem": simulator.caCert });
    const env = {
      OSAC_URL: simulator.url,
      OSAC_CA_CERT: "ca.pem",
      OSAC_USERNAME: "admin",
      OSAC_PASSWORD: "admin",
    };
    const { code, out, err } = await osac(["plan"], { cwd, env });
    expect(code).toBe(0);
    expect(out + err).toContain("the cluster has no document of this resource type");
  });
});

describe("who is refused, and by what", () => {
  test("an IAM policy without PATCH: the action to allow, before anything is written", async () => {
    const reader = { ...masterIdentity, actions: ["es:ESHttpGet"] };
    const domain = await startDomain({ amazon: { identities: [reader] } });
    expect(await run(domain, ["plan", "--detailed-exitcode"])).toMatchObject({ code: 2 });
    expect(await run(domain, ["drift"])).toMatchObject({ code: 2 });
    const { code, out, err } = await run(domain, ["apply", "--yes"]);
    expect(code).not.toBe(0);
    expect(out + err).toContain("allow es:ESHttpPatch to it on the ARN of the domain with /* at the end");
    expect(domain.stored("roles")).not.toHaveProperty("reader");
  });

  test("a role that no mapping names: the mapping to change", async () => {
    const stranger = {
      ...masterIdentity,
      arn: "arn:aws:iam::123456789012:role/stranger",
      accessKeyId: "AKIDSTRANGER",
    };
    const domain = await startDomain({ amazon: { identities: [masterIdentity, stranger] } });
    useKeys(stranger);
    const { code, err } = await run(domain, ["plan"]);
    expect(code).toBe(7);
    expect(err).toMatch(/all_access|security_manager/);
  });
});

async function readVersionOf(options: SimulatorOptions, env: Record<string, string> = {}): Promise<unknown> {
  const { out } = await run(await startDomain(options), ["status", "--output", "json"], { env });
  return JSON.parse(out).cluster.version;
}

describe("the version", () => {
  const unreadable = { amazon: { blockedPaths: ["/_nodes", "/_plugins/_security/whoami"] } };
  test("osac does not take the version of compatibility mode for Elasticsearch or for a new version", async () => {
    expect(await readVersionOf({})).toBe("2.19.4");
  });

  test("is read from the statistics of the cluster if the nodes are not shown", async () => {
    expect(await readVersionOf(unreadable)).toBe("2.19.4");
  });

  test("is that of cluster.version if nothing shows one", async () => {
    const hidden = { amazon: { blockedPaths: ["/_nodes", "/_cluster"] } };
    expect(await readVersionOf(hidden)).toBe(null);
    expect(await readVersionOf(hidden, { OSAC_SERVER_VERSION: "2.19" })).toBe("2.19.0");
  });
});

describe("the mappings by which the master reaches the API", () => {
  test("are never deleted, whatever prune says", async () => {
    const domain = await startDomain();
    const mapping = `${header("rolesmapping")}reader: { users: [ada] }\n`;
    const { code } = await run(domain, ["apply", "--yes", "--prune", "rolesmapping=all"], {
      files: { ...files, "roles_mapping.yml": mapping },
    });
    expect(code).toBe(0);
    expect(Object.keys(domain.stored("rolesmapping"))).toEqual(
      expect.arrayContaining(["all_access", "security_manager", "reader"]),
    );
  });

  test("may not lose all their members", async () => {
    const domain = await startDomain();
    const emptied = keys.replace(/security_manager: .*/, "security_manager: { backend_roles: [] }");
    const { code, err, out } = await run(domain, ["apply", "--yes"], {
      files: { "roles_mapping.yml": emptied },
    });
    expect(code).toBe(8);
    expect(out + err).toContain("keep the master user in it");
    expect(writes(domain)).toEqual([]);
  });
});

test("entities of the service are left alone, although no flag marks them", async () => {
  const simulator = await start({ users: { "os-sec-admin": { password: "a-Long-password-1" } } });
  const cwd = await folder({
    "internal_users.yml": `${header("internalusers")}os-sec-admin: { description: mine now }\n`,
    "ca.pem": simulator.caCert,
  });
  const env = {
    OSAC_URL: simulator.url,
    OSAC_CA_CERT: "ca.pem",
    OSAC_USERNAME: "admin",
    OSAC_PASSWORD: "admin",
  };
  const { out, err } = await osac(["plan", "--service", "aiven", "-v"], { cwd, env });
  expect(out + err).toContain("owned by the service");
  expect(out).not.toContain("~ os-sec-admin");
});

test.for([
  ["search-a.eu-west-1.es.amazonaws.com", "amazon"],
  ["search-a.aos.eu-west-1.on.aws", "amazon"],
  ["search-a.cn-north-1.es.amazonaws.com.cn", "amazon"],
  ["logs-team.aivencloud.com", "aiven"],
  ["logs.example.com", undefined],
] as const)("the host %s shows the service %s", ([host, service]) => {
  expect(findService(host)).toBe(service);
});
