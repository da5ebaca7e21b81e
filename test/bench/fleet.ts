import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, test } from "vitest";
import { dumpYaml } from "../../src/files/yaml/dump.ts";
import { kinds } from "../../src/kinds/index.ts";
import type { KindName } from "../../src/model/kind-name.ts";
import { osac } from "../support/osac.ts";
import { listFiles } from "./directory.ts";
import { cli, measure } from "./measure.ts";

/** As many roles, mappings and users: 300 entities. */
const entitiesOfKind = 100;
const [count, deadCount, drippingCount] = [100, 3, 2];
const [warmUps, singles, concurrency, timeout] = [5, 20, 8, 20];

interface Clusters {
  readonly caCert: string;
  readonly urls: readonly string[];
  readonly drips: readonly string[];
}

let child: ReturnType<typeof spawn>;
let folder: string;
let names: readonly string[];
const env: Record<string, string> = {};

beforeAll(async () => {
  const script = join(import.meta.dirname, "fleet-clusters.mjs");
  child = spawn(process.execPath, [script, `${count}`, `${drippingCount}`], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const [line] = (await once(createInterface(child.stdout!), "line")) as [string];
  const { caCert, urls, drips } = JSON.parse(line) as Clusters;
  folder = await mkdtemp(join(tmpdir(), "osac-bench-"));
  names = urls.map((_, index) => `c${index}`);
  for (const name of [...names, "dead0", "dead1", "dead2", "drip0", "drip1"])
    env[`OSAC_TARGET_${name.toUpperCase()}_PASSWORD`] = "admin";
  const ill = [
    ...Array.from({ length: deadCount }, (_, index) => [`dead${index}`, `https://127.0.0.1:${index + 1}`]),
    ...drips.map((url, index) => [`drip${index}`, url]),
  ];
  await writeFile(join(folder, "ca.pem"), caCert);
  await writeFile(
    join(folder, "osac.yml"),
    dumpYaml({
      cluster: { ca_cert: "ca.pem", username: "admin", timeout },
      targets: Object.fromEntries([
        ...urls.map((url, index) => [
          names[index]!,
          { group: index < count / 4 ? "some" : "more", cluster: { url } },
        ]),
        ...ill.map(([name, url]) => [name!, { group: "ill", cluster: { url: url! } }]),
      ]),
    }),
  );
  for (const [kind, entities] of Object.entries(listFiles(entitiesOfKind)))
    await writeFile(
      join(folder, kinds[kind as KindName].file),
      dumpYaml({ _meta: { type: kind, config_version: 2 }, ...entities }),
    );
});

afterAll(async () => {
  child.stdin!.end();
  await rm(folder, { recursive: true });
});

/** The seconds of processor and of clock that a command line takes in this process. */
async function takeTime(...argv: string[]): Promise<{ cpu: number; seconds: number; out: string }> {
  const [before, began] = [process.cpuUsage(), performance.now()];
  const { out, code, err } = await osac(["plan", "--config", "osac.yml", ...argv], { cwd: folder, env });
  const { user, system } = process.cpuUsage(before);
  if (code !== 0 && code !== 7) throw new Error(err);
  return { cpu: (user + system) / 1e6, seconds: (performance.now() - began) / 1000, out };
}

/** The most megabytes that a process with a run over these targets holds. */
async function measurePeak(targets: string): Promise<number> {
  const paths = ["--config", join(folder, "osac.yml"), "--ca-cert", join(folder, "ca.pem")];
  return (await measure([cli, "plan", folder, ...paths, ...fleet(targets)], env)).megabytes;
}

const fleet = (targets: string): string[] => ["--targets", targets, "--concurrency", `${concurrency}`];

test("a plan of 100 clusters takes the time of the processor that 100 plans take", async () => {
  for (const name of names.slice(0, warmUps)) await takeTime("--target", name);
  const alone = [];
  for (const name of names.slice(0, singles)) alone.push((await takeTime("--target", name)).cpu);
  const single = alone.reduce((sum, cpu) => sum + cpu, 0) / singles;
  const all = await takeTime(...fleet("group:some,group:more"));
  const bound = (single * count) / availableParallelism();
  console.log(
    [
      `one plan of a warm process: ${(single * 1000).toFixed(0)} ms of CPU`,
      `${count} targets: ${all.cpu.toFixed(1)} s of CPU, ${(all.cpu / single / count).toFixed(2)} × ${count} plans`,
      `${all.seconds.toFixed(1)} s, ${(all.seconds / bound).toFixed(2)} × their CPU time ÷ ${availableParallelism()} cores`,
    ].join("\n"),
  );
  expect(all.out).toContain(`${count} targets: ${count} with changes`);
});

test("memory does not grow with the number of targets", async () => {
  const [some, whole] = [await measurePeak("group:some"), await measurePeak("group:some,group:more")];
  console.log(`${count / 4} targets: ${some.toFixed(0)} MB; ${count} targets: ${whole.toFixed(0)} MB`);
  expect(whole).toBeLessThan(400);
});

test("dead and dripping clusters hold no other", async () => {
  const { seconds, out } = await takeTime(...fleet("all"));
  console.log(`with ${deadCount} dead and ${drippingCount} dripping: ${seconds.toFixed(1)} s`);
  expect(out).toContain(`${count + deadCount + drippingCount} targets: 5 unreachable, ${count} with changes`);
});
