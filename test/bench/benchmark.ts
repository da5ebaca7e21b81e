import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { collectionPath } from "../../src/cluster/client.ts";
import { dumpYaml } from "../../src/files/yaml/dump.ts";
import { options } from "../../src/settings/options.ts";
import { kinds } from "../../src/kinds/index.ts";
import type { KindName } from "../../src/model/kind-name.ts";
import type { Files } from "../server/round-trip/directories.ts";
import { type BenchCluster, clusters } from "./clusters.ts";
import { listFiles, withOneChange } from "./directory.ts";
import { cli, floor, type Measured, measure, median, packagesScript } from "./measure.ts";
import type { Recorded } from "./recorder.ts";

const sizes = (process.env["OSAC_BENCH_SIZES"] ?? "100,1000,5000").split(",").map(Number);

/** The server checks each mapping against all roles: beyond this size a first apply takes it many minutes. */
const appliedMax = 1000;

const credentials = { OSAC_USERNAME: "admin", OSAC_PASSWORD: "admin" };
const authorization = `Basic ${Buffer.from("admin:admin").toString("base64")}`;
const plans = 3;

const declared = Object.keys(listFiles(1)) as KindName[];

interface Result {
  readonly requests: string;
  readonly osac: Measured;
  readonly floor: Measured;
  /** The same by a script that reads the files as well, where that is all there is to do. */
  readonly packages?: Measured;
}

interface Row extends Result {
  readonly cluster: string;
  readonly size: number;
  readonly what: string;
}

interface Bench {
  readonly cluster: BenchCluster;
  /** For whatever has to be written to disk. */
  readonly folder: string;
}

const rows: Row[] = [];

afterAll(() => console.log(`\n${table(rows)}\n`));

test("start", async () => {
  const [nothing, version] = [
    ["-e", "0"],
    [cli, "--version"],
  ].map((argv) => () => measure(argv, {}));
  const [bare, ours] = [await median(9, nothing!), await median(9, version!)];
  console.log(
    `node -e 0: ${milliseconds(bare)}, osac --version: ${milliseconds(ours)}, ${ratio(ours, bare)}`,
  );
});

test.each(Object.keys(clusters))("%s", async (name) => {
  const cluster = await clusters[name]!();
  const folder = await mkdtemp(join(tmpdir(), "osac-bench-"));
  try {
    for (const size of sizes) rows.push(...(await benchmark(name, cluster, folder, size)));
  } finally {
    await cluster.stop();
    await rm(folder, { recursive: true });
  }
  expect(rows.length).toBeGreaterThan(0);
});

async function benchmark(name: string, cluster: BenchCluster, folder: string, size: number): Promise<Row[]> {
  const files = listFiles(size);
  const [original, changed] = [join(folder, `${size}`), join(folder, `${size}-changed`)];
  await writeDirectory(original, files);
  await writeDirectory(changed, withOneChange(files));
  const bench: Bench = { cluster, folder };
  const row = (what: string, result: Result): Row => ({ cluster: name, size, what, ...result });
  await cluster.reset();
  if (size > appliedMax) {
    await cluster.seed(files);
    return [
      row("no-op plan", await plan(bench, original)),
      row("plan, one change", await plan(bench, changed)),
    ];
  }
  return [
    row("first apply", await apply(bench, original, () => cluster.reset())),
    row("no-op plan", await plan(bench, original)),
    row("plan, one change", await plan(bench, changed)),
    row(
      "apply, one change",
      await apply(bench, changed, async () => void (await osac(bench, "apply", original))),
    ),
  ];
}

async function writeDirectory(path: string, files: Files): Promise<void> {
  await mkdir(path);
  for (const [kind, entities] of Object.entries(files)) {
    const text = dumpYaml({ _meta: { type: kind, config_version: 2 }, ...entities });
    await writeFile(join(path, kinds[kind as KindName].file), text);
  }
}

async function plan(bench: Bench, directory: string): Promise<Result> {
  const ours = await median(plans, () => osac(bench, "plan", directory));
  const recorded = bench.cluster.recorder.take();
  const once = recorded.slice(recorded.length - recorded.length / plans);
  const bare = await median(plans, () => bareScript(bench, once));
  const packages = await median(plans, () => measure([packagesScript, makeJob(bench), directory], {}));
  bench.cluster.recorder.take();
  return { requests: counted(once), osac: ours, floor: bare, packages };
}

/** `undo` brings the cluster back to where it was, so that the bare script has the same to do. */
async function apply(bench: Bench, directory: string, undo: () => Promise<void>): Promise<Result> {
  const ours = await osac(bench, "apply", directory);
  const recorded = bench.cluster.recorder.take();
  await undo();
  const bare = await bareScript(bench, recorded);
  bench.cluster.recorder.take();
  return { requests: counted(recorded), osac: ours, floor: bare };
}

async function osac(
  { cluster, folder }: Bench,
  command: "plan" | "apply",
  directory: string,
): Promise<Measured> {
  const { url, caCert } = cluster.recorder;
  const authority = join(folder, "ca.pem");
  await writeFile(authority, caCert);
  const argv = [cli, command, directory, "--timeout", "600", ...(command === "apply" ? ["--yes"] : [])];
  return measure(argv, { ...credentials, OSAC_URL: url, OSAC_CA_CERT: authority });
}

/** Only what nobody could do without: the kinds that are read, the patches, the kinds that are read again. */
async function bareScript(bench: Bench, recorded: readonly Recorded[]): Promise<Measured> {
  const { url, caCert } = bench.cluster.recorder;
  const first = recorded.findIndex(isWrite);
  const job = {
    url,
    caCert,
    authorization,
    reads: readsIn(first < 0 ? recorded : recorded.slice(0, first)),
    writes: recorded.filter(isWrite),
    readsAgain: readsIn(first < 0 ? [] : recorded.slice(first)),
  };
  await writeFile(makeJob(bench), JSON.stringify(job));
  return measure([floor, makeJob(bench)], {});
}

/** Where the last job of the bare script stands. */
function makeJob({ folder }: Bench): string {
  return join(folder, "job.json");
}

/** A probe is a PATCH that no server carries out. */
function isWrite({ method, body }: Recorded): boolean {
  return method === "PATCH" && body !== "[]";
}

/** What the files are about: a script can do without who asks, and whom the changes might lock out. */
function readsIn(recorded: readonly Recorded[]): string[] {
  const apiPrefix = options.apiPrefix.default!;
  const kindPaths = new Set(declared.map((kind) => collectionPath({ apiPrefix }, kind)));
  return recorded
    .filter(({ method, path }) => method === "GET" && kindPaths.has(path))
    .map(({ path }) => path);
}

function counted(recorded: readonly Recorded[]): string {
  const count = (wanted: string): number => recorded.filter(({ method }) => method === wanted).length;
  const probes = recorded.filter(({ body }) => body === "[]").length;
  return [
    `${count("GET")} GET`,
    ...(count("PATCH") > 0 ? [`${count("PATCH") - probes} PATCH`, `${probes} probes`] : []),
  ].join(", ");
}

function table(all: readonly Row[]): string {
  const head = ["cluster", "of each", "what", "requests", "osac", "bare", "ratio", "packages", "peak memory"];
  const lines = all.map((row) => [
    row.cluster,
    row.size,
    row.what,
    row.requests,
    `${row.osac.seconds.toFixed(2)} s`,
    `${row.floor.seconds.toFixed(2)} s`,
    ratio(row.osac, row.floor),
    row.packages ? `${row.packages.seconds.toFixed(2)} s` : "",
    `${Math.round(row.osac.megabytes)} MB`,
  ]);
  return [head, head.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function ratio(ours: Measured, bare: Measured): string {
  return `${(ours.seconds / bare.seconds).toFixed(2)} ×`;
}

function milliseconds({ seconds }: Measured): string {
  return `${Math.round(seconds * 1000)} ms`;
}
