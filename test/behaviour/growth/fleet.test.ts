import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { folder } from "../../support/folder.ts";
import { osac } from "../../support/osac.ts";
import { startQuick } from "../../support/simulated-cluster.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

const roles = Array.from(
  { length: 200 },
  (_, index) =>
    `role-${index}: { description: "role ${index}", index_permissions: [{ index_patterns: ["logs-${index}-*"], allowed_actions: [read] }] }`,
);

/** Far less than the plan of one target with these roles holds, for each of the targets. */
const bytesOfTarget = 150_000;

test("a run over many targets keeps nothing of those that have ended", { timeout: 300_000 }, async () => {
  const simulator = await startQuick({ tls: false });
  const names = Array.from({ length: 24 }, (_, index) => `t${index}`);
  const cwd = await folder({
    "osac.yml": [
      "targets:",
      ...names.map((name) => `  ${name}: { cluster: { url: "${simulator.url}", shared: true } }`),
    ].join("\n"),
    "roles.yml": `_meta: { type: roles, config_version: 2 }\n${roles.join("\n")}\n`,
  });
  const login = names.flatMap((name) => [
    [`OSAC_TARGET_${name.toUpperCase()}_USERNAME`, "admin"],
    [`OSAC_TARGET_${name.toUpperCase()}_PASSWORD`, "admin"],
  ]);
  const held: number[] = [];
  const when = ({ path }: { readonly path: string }): boolean => {
    if (path !== "/_plugins/_security/api/roles") return false;
    collectGarbage();
    held.push(process.memoryUsage().heapUsed);
    return false;
  };
  simulator.fail({ when });
  const { code, err } = await osac(
    ["plan", "--targets", "all", "--config", "osac.yml", "--concurrency", "1"],
    {
      cwd,
      env: Object.fromEntries(login),
    },
  );
  expect({ code, err }).toEqual({ code: 0, err: expect.not.stringContaining("error") });
  const [first, last] = [held[Math.floor(held.length / 2)]!, held.at(-1)!];
  expect(last - first).toBeLessThan((names.length / 2) * bytesOfTarget);
});
