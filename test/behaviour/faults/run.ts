import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { canonicalize } from "../../../src/schema/canonical.ts";
import { allKinds, kinds } from "../../../src/kinds/index.ts";
import { parseVersion } from "../../../src/value/version.ts";
import { kindNames, type KindName } from "../../../src/model/kind-name.ts";
import type { Json } from "../../../src/model/value.ts";
import type { PlanDocument } from "../../../src/report/plan-json.ts";
import { revealAll } from "../../../src/value/walk.ts";
import type { Simulator } from "../../../src/simulator/index.ts";
import { folder } from "../../support/folder.ts";
import { osac, type Ran } from "../../support/osac.ts";
import { start } from "../../support/simulated-cluster.ts";
import type { End, Mishap } from "./faults.ts";

type Entities = { readonly [name: string]: Json };
type Stored = Readonly<Record<KindName, Entities>>;
type Told = PlanDocument["changes"][number];

/** A plan, and the result of a run without faults. */
export interface Rehearsed {
  readonly path: string;
  readonly start: () => Promise<Simulator>;
  readonly before: Stored;
  readonly after: Stored;
  /** The kind of each write, in order. */
  readonly writes: readonly KindName[];
  /** Requests before the first write that look like one. */
  readonly probes: number;
}

/** Applies a plan once without faults, to know its result. */
export async function rehearse(
  files: Readonly<Record<string, string>>,
  documents: { readonly [Kind in KindName]?: { [name: string]: Json } },
): Promise<Rehearsed> {
  const begin = async (): Promise<Simulator> => start({ documents });
  const simulator = await begin();
  const { caCert, adminCert, adminKey } = simulator;
  const path = await folder({ ...files, "ca.pem": caCert, "admin.pem": adminCert, "admin.key": adminKey });
  const before = storedIn(simulator);
  const { code, err } = await apply(simulator, path);
  if (code !== 0) throw new Error(`the plan cannot be carried out at all: ${err}`);
  const patches = simulator.requests.filter(({ method }) => method === "PATCH");
  const written = patches.filter(({ status }) => status === 200);
  return {
    path,
    start: begin,
    before,
    after: storedIn(simulator),
    writes: written.map((request) => kindAt(request.path)),
    probes: patches.length - written.length,
  };
}

function kindAt(path: string): KindName {
  return allKinds.find((kind) => path.endsWith(`/${kind.path}`))!.name;
}

/** The options of a run. */
export interface Special {
  readonly args?: readonly string[];
  readonly signal?: AbortSignal;
}

/** What the plans of these tests gain. */
const approvals = [
  "everything/role:after",
  "everything/user:changed",
  "everything/user:created",
  "node-trust/nodesdn/changed",
  "node-trust/nodesdn/created",
  "weaker-audit/audit/config",
].flatMap((name) => ["--allow-escalation", name]);

/** Runs `apply` as the admin certificate, which may write every kind. */
export async function apply(
  simulator: Simulator,
  path: string,
  { args = [], signal = new AbortController().signal }: Special = {},
): Promise<Ran> {
  return run(["apply", "--yes", ...approvals, ...args], simulator, path, signal);
}

async function run(
  argv: readonly string[],
  { url }: Simulator,
  path: string,
  signal = new AbortController().signal,
): Promise<Ran> {
  const env = {
    OSAC_URL: url,
    OSAC_CA_CERT: "ca.pem",
    OSAC_CLIENT_CERT: "admin.pem",
    OSAC_CLIENT_KEY: "admin.key",
  };
  return osac(argv, { cwd: path, env, signal });
}

/**
 * Injects a fault into the write of this number, and calls back when it happens. Returns a function that ends
 * it.
 */
export function arrange(
  simulator: Simulator,
  { probes }: Rehearsed,
  write: number,
  { fault, isLasting }: Mishap,
  onMet: () => void = () => {},
): () => void {
  let isOver = false;
  const when = ({ method }: { readonly method: string }): boolean => {
    if (isOver || method !== "PATCH" || patchesIn(simulator) < probes + write) return false;
    onMet();
    return true;
  };
  simulator.fail(...Array.from({ length: isLasting ? 20 : 1 }, () => ({ ...fault, when })));
  return () => {
    isOver = true;
  };
}

function patchesIn({ requests }: Simulator): number {
  return requests.filter(({ method }) => method === "PATCH").length;
}

/** Lists everything that a run reported wrongly, and everything that the next run does not complete. */
export async function untruths(
  simulator: Simulator,
  rehearsed: Rehearsed,
  ran: Ran,
  log: string,
): Promise<string[]> {
  const told = JSON.parse(ran.out) as PlanDocument;
  const isWhole = told.changes.every(({ result }) => result === "done");
  const isToldByCode = ran.code === told.exitCode && (ran.code === 0) === isWhole;
  return [
    ...(isToldByCode ? [] : [`exit code ${ran.code}`]),
    ...lies(storedIn(simulator), told.changes, rehearsed),
    ...(await lostInLog(log, told.changes)),
    ...(isWhole ? [] : await leftUndone(simulator, rehearsed)),
  ];
}

/**
 * Compares each stored entity with the report: as desired if the report states that it was written, else as
 * before.
 */
function lies(stored: Stored, changes: readonly Told[], { before, after }: Rehearsed): string[] {
  return kindNames.flatMap((kind) => {
    const results = new Map(
      changes.filter((one) => one.kind === kind).map(({ name, result }) => [name, result]),
    );
    const names = new Set([stored, before, after].flatMap((side) => Object.keys(side[kind])));
    return [...names]
      .filter((name) => {
        const expected = results.get(name) === "done" ? after : before;
        return !isDeepStrictEqual(stored[kind][name], expected[kind][name]);
      })
      .map((name) => `${kind}/${name} is said to be ${results.get(name) ?? "untouched"}`);
  });
}

async function lostInLog(path: string, changes: readonly Told[]): Promise<string[]> {
  const lines = (await readFile(path, "utf8")).trimEnd().split("\n");
  const logged = lines.map((line) => JSON.parse(line) as Told);
  const results = logged.filter(({ result }) => result !== "sent").map(resultText);
  const isWhole = isDeepStrictEqual(results.toSorted(), changes.map(resultText).toSorted());
  const unannounced = logged.filter(
    ({ kind, name, result }, index) =>
      result === "done" &&
      !logged.slice(0, index).some((one) => one.result === "sent" && one.kind === kind && one.name === name),
  );
  return [
    ...(isWhole ? [] : [`the log says ${logged.map(resultText).join(", ")}`]),
    ...unannounced.map((one) => `${resultText(one)} has no line from before it was sent`),
  ];
}

/** A change and its result. */
export function resultText({ kind, name, result }: Told): string {
  return `${kind}/${name} ${result}`;
}

/** Lists what the next run does not complete. */
export async function leftUndone(simulator: Simulator, { path, after }: Rehearsed): Promise<string[]> {
  const { code, err } = await apply(simulator, path);
  const isThere = isDeepStrictEqual(storedIn(simulator), after);
  return code === 0 && isThere ? [] : [`the next run ends with ${code}: ${err}`];
}

/** The result of each change that the report must have. */
export function expected({ writes }: Rehearsed, changes: readonly Told[], write: number, end: End): string[] {
  return changes.map(({ action, kind, name }) => {
    const written = kind as KindName;
    const at = action === "delete" ? writes.lastIndexOf(written) : writes.indexOf(written);
    const isDone = end === "whole" || at < write || (at === write && end === "after");
    return `${kind}/${name} ${isDone ? "done" : at === write ? "failed" : "not-tried"}`;
  });
}

/** A place for the log of a run. */
export async function logPath(): Promise<string> {
  return join(await folder({}), "audit.jsonl");
}

/**
 * The stored entities in canonical form: a write to a kind also stores the defaults of entities that do not
 * change.
 */
function storedIn(simulator: Simulator): Stored {
  const version = parseVersion(simulator.version);
  const listEntities = (kind: KindName): Entities => {
    const { _meta: _, ...entities } = simulator.stored(kind) as { [name: string]: { [field: string]: Json } };
    return Object.fromEntries(
      Object.entries(entities).map(([name, entity]) => [
        name,
        revealAll(canonicalize(kinds[kind], entity, version)),
      ]),
    );
  };
  return Object.fromEntries(kindNames.map((kind) => [kind, listEntities(kind)])) as Stored;
}
