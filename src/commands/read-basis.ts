import { readFile } from "node:fs/promises";
import { relative } from "node:path";
import { parseClusterNames, type ClusterNames } from "../access/effective/index.ts";
import { openReader } from "../cluster/client.ts";
import {
  loadAccessFromCluster,
  loadAccessFromFiles,
  type AccessBasis,
  type AccessFacts,
  type NamedPlan,
} from "../engine/load-access.ts";
import { OsacError, failure } from "../errors.ts";
import { loadDirectory } from "../files/load-directory.ts";
import { makePlaceholderRules } from "../files/placeholders/sources.ts";
import { explainReadError } from "../files/read-file.ts";
import type { Connection } from "../model/cluster.ts";
import { placeInDirectory, placeWithin } from "../report/findings-text.ts";
import { findLayering } from "../settings/read-layering.ts";
import { readReviewed } from "../settings/reviewed-files.ts";
import type { Settings } from "../settings/settings.ts";
import { parseVersion } from "../value/version.ts";
import { addPlaces } from "./add-places.ts";
import { connect } from "./connect.ts";
import type { Io } from "./io.ts";
import { parseJson } from "../value/parse-json.ts";

/** The newest version of the server whose answers were compared with those of osac. */
const newestCompared = "3.4.0";

/** Reads the access that a question is about: from the files, the cluster, or a saved plan. */
export async function readBasis(settings: Settings, io: Io, connection?: Connection): Promise<AccessBasis> {
  const facts = await readFacts(settings, io);
  const { savedPlan: saved, plan } = settings;
  if (saved && settings.live)
    throw failure("input", "ignored-flag", "--live does not apply with --plan: a plan is not live yet", {
      hint: "leave out one of the two",
    });
  if (saved) return readCluster(settings, facts, io, { saved, file: relative(io.cwd, plan!) });
  if (settings.live) return readCluster(settings, facts, io, undefined, connection);
  const source = { path: settings.directory, name: settings.directoryName };
  return readFiles(source, settings, { version: readServerVersion(settings), facts }, io);
}

/** Reads the access that a report is about. For a saved plan, the second is the live access. */
export async function readSides(
  settings: Settings,
  io: Io,
): Promise<[basis: AccessBasis, live?: AccessBasis]> {
  const basis = await readBasis(settings, io);
  if (settings.savedPlan === undefined) return [basis];
  return [basis, await readCluster(settings, await readFacts(settings, io), io)];
}

/** The files of one side, and the name of their directory in messages. */
export interface Source {
  readonly path: string;
  readonly name: string;
}

/** Reads the access that the files of a directory declare. */
export async function readFiles(
  { path, name }: Source,
  settings: Settings,
  known: Pick<AccessBasis, "version" | "facts">,
  io: Io,
): Promise<AccessBasis> {
  const rules = makePlaceholderRules({ ...settings, secrets: "opaque" });
  const loaded = await loadDirectory(path, {
    env: io.env,
    rules,
    layering: await findLayering(path, settings),
  });
  try {
    const basis = loadAccessFromFiles(loaded, known.version, known.facts);
    const locate: AccessBasis["locate"] = (link) => {
      const at = basis.locate(link);
      return at && placeWithin(at, name);
    };
    return { ...basis, from: `the files in ${name}`, directory: name, locate };
  } catch (error) {
    if (!(error instanceof OsacError)) throw error;
    throw new OsacError(error.reason, placeInDirectory(error.findings, name));
  }
}

/** Returns the version of the server that the files are for. */
export function readServerVersion({ serverVersion, setBy }: Settings): AccessBasis["version"] {
  return {
    value: parseVersion(serverVersion ?? newestCompared),
    setBy: setBy["serverVersion"] ?? "the default; name yours with --server-version or cluster.version",
  };
}

/** Reads the access in the cluster, or the access that a saved plan makes of it. */
export async function readCluster(
  settings: Settings,
  facts: AccessFacts,
  io: Io,
  plan?: NamedPlan,
  known?: Connection,
): Promise<AccessBasis> {
  const connection = known ?? (await connect(settings, io));
  const reader = openReader(connection);
  try {
    return await addPlaces(await loadAccessFromCluster(reader, connection, facts, plan), settings, io);
  } finally {
    await reader.close();
  }
}

/** Reads the facts that the settings name. */
export async function readFacts(settings: Settings, { cwd }: Io): Promise<AccessFacts> {
  const { facts, nodeSettings } = settings;
  if (facts === undefined) return { settings: nodeSettings };
  const name = relative(cwd, facts);
  const text = (await readReviewed("facts", facts, settings)) ?? (await readNamed(facts, name));
  return { names: parseNames(text, name), namesFrom: name, settings: nodeSettings };
}

async function readNamed(path: string, name: string): Promise<string> {
  return readFile(path, "utf8").catch((error: unknown) => {
    throw failure("input", "unreadable-file", `${name} ${explainReadError(error)}`);
  });
}

function parseNames(text: string, name: string): ClusterNames {
  const names = parseClusterNames(parseJson(text));
  if (names) return names;
  throw failure("input", "bad-facts", `${name} holds no names of indices`, {
    hint: "write it with osac access facts --out",
  });
}
