import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import type { FleetDocument } from "../../../src/report/fleet/table.ts";
import type { Fault, Simulator } from "../../../src/simulator/index.ts";
import { buildForTests } from "../../support/build.ts";
import { folder } from "../../support/folder.ts";
import { osac } from "../../support/osac.ts";
import { startQuick, writes } from "../../support/simulated-cluster.ts";

/** A canary, and the target that waits for it. */
interface Fleet {
  readonly canary: Simulator;
  readonly production: Simulator;
  readonly cwd: string;
}

const argv = ["apply", "--config", "osac.yml", "--targets", "all", "--yes", "--output", "json"];
const env: Record<string, string> = {
  OSAC_TARGET_CANARY_PASSWORD: "admin",
  OSAC_TARGET_PRODUCTION_PASSWORD: "admin",
};

async function startFleet(): Promise<Fleet> {
  const [canary, production] = [await startQuick({ tls: false }), await startQuick({ tls: false })];
  const cwd = await folder({
    "osac.yml": [
      "cluster: { username: admin, timeout: 30 }",
      "order: [first, second]",
      "targets:",
      `  canary: { group: first, cluster: { url: "${canary.url}" } }`,
      `  production: { group: second, cluster: { url: "${production.url}" } }`,
    ].join("\n"),
    "tenants.yml": "_meta: { type: tenants, config_version: 2 }\nsandbox: { description: Sand }\n",
    "roles.yml":
      "_meta: { type: roles, config_version: 2 }\nlogs_reader: { cluster_permissions: [cluster_monitor] }\n",
  });
  return { canary, production, cwd };
}

/** The number of declared entities that a cluster has. */
function countDeclared(cluster: Simulator): number {
  return Number("sandbox" in cluster.stored("tenants")) + Number("logs_reader" in cluster.stored("roles"));
}

/** The results that say that the run has written nothing to the cluster. */
const untouched: readonly string[] = ["not started", "unreachable", "refused"];

/** Lists what a report says of the clusters and is not so. */
function findLies({ canary, production }: Fleet, code: number, out: string): string[] {
  const { targets, exitCode } = JSON.parse(out) as FleetDocument;
  const clusters: Record<string, Simulator> = { canary, production };
  const isWhole = targets.every(({ result }) => result === "applied" || result === "clean");
  return [
    ...targets.flatMap(({ target, result }) => {
      const count = countDeclared(clusters[target]!);
      if (result === "applied" && count < 2) return [`${target} was not applied`];
      return untouched.includes(result) && count > 0 ? [`${target} was written, and is ${result}`] : [];
    }),
    ...((code === 0) === isWhole ? [] : [`exit code ${code}`]),
    ...(code < 128 && code !== exitCode ? [`exit code ${code}, and ${exitCode} in the report`] : []),
  ];
}

/** Lists what is wrong behind the gate, and what the next run does not complete. */
async function findLeftovers({ canary, production, cwd }: Fleet, isOpen: boolean): Promise<string[]> {
  const passed = writes(production).length > 0 && !isOpen ? ["the gate was passed"] : [];
  const next = await osac(argv, { cwd, env });
  const count = countDeclared(canary) + countDeclared(production);
  const undone = next.code === 0 && count === 4 ? [] : [`the next run ends with ${next.code}: ${next.out}`];
  return [...passed, ...undone];
}

/** Something that happens when the cluster has answered so many requests. */
interface Mishap {
  readonly fault?: Fault;
  /** The number of requests that meet it. */
  readonly times: number;
  readonly isSignal?: boolean;
}

function arrange(cluster: Simulator, after: number, { fault, times }: Mishap, onMet: () => void) {
  const state = { isMet: false, isOver: false };
  const when = (): boolean => {
    if (state.isOver || cluster.requests.length < after) return false;
    if (!state.isMet) onMet();
    state.isMet = true;
    return fault !== undefined;
  };
  cluster.fail(...Array.from({ length: times }, () => ({ ...fault, when })));
  return state;
}

const mishaps: Readonly<Record<string, Mishap>> = {
  "refuses all further requests": {
    fault: { status: 400, body: '{"status":"error","reason":"no"}' },
    times: 100,
  },
  "does not know the caller any more": { fault: { status: 401, body: "Unauthorized" }, times: 100 },
  "breaks every further connection": { fault: { connection: "reset" }, times: 100 },
  "executes a request, and its answer is lost": { fault: { connection: "lost" }, times: 1 },
  "is asked when a signal comes": { times: 1, isSignal: true },
};

async function findWrongs(after: number, mishap: Mishap): Promise<string[]> {
  const fleet = await startFleet();
  const stopping = new AbortController();
  const state = arrange(fleet.canary, after, mishap, () => {
    if (mishap.isSignal) stopping.abort("SIGTERM");
  });
  // A write without an answer is looked for ten times as long.
  const { code, out } = await osac([...argv, "--timeout", "1"], {
    cwd: fleet.cwd,
    env,
    signal: stopping.signal,
  });
  state.isOver = true;
  const { targets } = JSON.parse(out) as FleetDocument;
  const canary = targets.find(({ target }) => target === "canary")!;
  const found = [
    ...findLies(fleet, code, out),
    ...(await findLeftovers(fleet, canary.result === "applied" && !(state.isMet && mishap.isSignal))),
  ];
  return found.map((wrong) => `request ${after}: ${wrong}`);
}

/** The numbers of the requests before, at and after each write, the first, and the last, which is of the gate. */
async function listMoments(): Promise<number[]> {
  const { canary, cwd } = await startFleet();
  expect((await osac(argv, { cwd, env })).code).toBe(0);
  const patches = [...canary.requests.entries()].filter(([, { method }]) => method === "PATCH");
  const around = patches.flatMap(([index]) => [index - 1, index, index + 1]);
  return [...new Set([0, ...around, canary.requests.length - 1])];
}

describe("whenever the canary fails, the gate stays shut, the report is true, and the next run goes on", () => {
  test.for(Object.entries(mishaps))("the canary %s", { timeout: 300_000 }, async ([, mishap]) => {
    const moments = await listMoments();
    const wrongs = await Promise.all(moments.map(async (after) => findWrongs(after, mishap)));
    expect(wrongs.flat()).toEqual([]);
  });
});

const built = buildForTests();
/** Whether it is time, as the clusters have been asked. */
const moments: Readonly<Record<string, (fleet: Fleet) => boolean>> = {
  "before the canary is written": ({ canary }) => canary.requests.length > 2,
  "within the writes of the canary": ({ canary }) => writes(canary).length === 1,
  "between the groups": ({ canary }) => countDeclared(canary) === 2,
  "before the next group is written": ({ production }) => production.requests.length > 2,
  "within the writes of the next group": ({ production }) => writes(production).length === 1,
};

describe.for(["SIGKILL", "SIGTERM"] as const)("a process that ends by %s", (signal) => {
  test.for(Object.entries(moments))("%s", async ([, isTime]) => {
    const fleet = await startFleet();
    let child: ChildProcess | undefined;
    let isSent = false;
    const when = (): boolean => {
      if (!isSent && child && isTime(fleet)) isSent = child.kill(signal);
      return false;
    };
    fleet.canary.fail({ when });
    fleet.production.fail({ when });
    const backups = join(fleet.cwd, "backups");
    child = spawn(process.execPath, [join(built, "bin/osac.js"), ...argv], {
      cwd: fleet.cwd,
      env: { PATH: process.env["PATH"], OSAC_BACKUP: backups, ...env },
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [out, [code]] = await Promise.all([text(child.stdout!), once(child, "close")]);
    expect(isSent).toBe(true);
    if (signal === "SIGKILL") expect({ out, code }).toEqual({ out: "", code: null });
    else expect(findLies(fleet, code as number, out)).toEqual([]);
    expect(await findLeftovers(fleet, countDeclared(fleet.canary) === 2)).toEqual([]);
  });
});
