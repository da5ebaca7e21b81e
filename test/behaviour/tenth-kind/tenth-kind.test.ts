import { name } from "./register.ts";
import { expect, test } from "vitest";
import { folder } from "../../support/folder.ts";
import { osac } from "../../support/osac.ts";
import { start } from "../../support/simulated-cluster.ts";

const file = (entities: string): string => `_meta: { type: ratelimiters, config_version: 2 }\n${entities}`;

/** Starts a node, and returns a function that runs osac on it beside the file of the tenth kind. */
async function startWith(entities: string, stored: Parameters<typeof start>[0] = {}) {
  const simulator = await start(stored);
  const cwd = await folder({ "ca.pem": simulator.caCert, "config/rate_limiters.yml": file(entities) });
  const env = {
    OSAC_URL: simulator.url,
    OSAC_CA_CERT: "ca.pem",
    OSAC_USERNAME: "admin",
    OSAC_PASSWORD: "admin",
    LIMITER_KEY: "a key of the limiter",
  };
  const run = (...words: string[]) => osac([...words, "config"], { cwd, env });
  return { simulator, run };
}

test("a tenth kind is planned, applied and without drift afterwards", async () => {
  const { simulator, run } = await startWith(
    "logs: { users: [kibanaro, admin], key: '${env.LIMITER_KEY}' }\n",
  );

  const planned = await run("plan");
  expect(planned.out).toMatch(/^ratelimiters\n {2}\+ logs .*rate_limiters.yml:2$/m);
  expect(planned.out).not.toContain("a key of the limiter");
  expect(planned).toMatchObject({ code: 0, err: "" });

  expect(await run("apply", "--yes")).toMatchObject({ code: 0 });
  expect(simulator.stored(name)).toMatchObject({
    logs: { users: ["admin", "kibanaro"], key: "a key of the limiter" },
  });
  expect(await run("drift")).toMatchObject({ code: 0 });
});

test("drift of a tenth kind is found, and applied away as the destructive change that it is", async () => {
  const stored = { logs: { users: ["admin"] }, by_hand: { users: ["kibanaro"] } };
  const { simulator, run } = await startWith("logs: { users: [], requests_per_second: 5 }\n", {
    documents: { [name]: stored },
  });

  const drifted = await run("drift");
  expect(drifted.out).toMatch(/^ratelimiters\n {2}~ logs .*rate_limiters.yml:2$/m);
  expect(drifted.out).toContain("requests_per_second  5 → 10");
  expect(drifted.out).toContain("ratelimiters/by_hand");
  expect(drifted.code).toBe(2);

  const applied = await run("apply", "--yes", "--max-deletes", "0");
  expect(applied.err + applied.out).toContain("limits nobody any more");
  expect(applied.code).toBe(5);

  expect(await run("apply", "--yes")).toMatchObject({ code: 0 });
  expect(simulator.stored(name)).toMatchObject({ logs: { users: [], requests_per_second: 5 } });
  expect(await run("drift")).toMatchObject({ code: 0 });
});

test("built-in entities of a tenth kind are skipped under its label, and unmanaged ones pruned on demand", async () => {
  const { simulator, run } = await startWith("logs: { users: [admin] }\nbuilt_in: {}\n", {
    documents: { [name]: { old: { users: ["kibanaro"] }, built_in: { reserved: true } } },
  });
  expect((await run("plan")).out).toContain("skipped: 1 rate limiter");
  expect(await run("apply", "--yes", "--prune", "ratelimiters=all")).toMatchObject({ code: 0 });
  expect(Object.keys(simulator.stored(name))).toEqual(["_meta", "built_in", "logs"]);
});

test("validate checks a tenth kind by its schema", async () => {
  const { run } = await startWith("logs: { requests_per_second: many, userz: [] }\n");
  const { out, code } = await run("validate");
  expect(out).toContain('unknown field "userz"');
  expect(out).toContain("requests_per_second must be a whole number");
  expect(code).toBe(3);
});
