import { readFile } from "node:fs/promises";
import { relative } from "node:path";
import {
  can,
  identifyCaller,
  parseClusterNames,
  type Answer,
  type Caller,
  type ClusterNames,
  type Decision,
  type Subject,
  type Target,
} from "../access/effective/index.ts";
import {
  formatSubject,
  formatTarget,
  parseOperation,
  parseSubject,
  parseTarget,
  refuseMisfit,
} from "../access/questions/parse-question.ts";
import { openReader } from "../cluster/client.ts";
import {
  loadAccessFromCluster,
  loadAccessFromFiles,
  type AccessBasis,
  type AccessFacts,
} from "../engine/load-access.ts";
import { OsacError, failure, type ExitReason } from "../errors.ts";
import { loadDirectory } from "../files/load-directory.ts";
import { makePlaceholderRules } from "../files/placeholders/sources.ts";
import { explainReadError } from "../files/read-file.ts";
import type { Question } from "../report/access-text.ts";
import { placeInDirectory, placeWithin } from "../report/findings-text.ts";
import type { Json } from "../model/value.ts";
import type { Settings } from "../settings/settings.ts";
import { isRecord } from "../value/record.ts";
import { parseVersion } from "../value/version.ts";
import { connect } from "./connect.ts";
import type { Io } from "./io.ts";

/** The newest version of the server whose answers were compared with those of osac. */
const newestCompared = "3.4.0";

/** Reads the access that a question is about: from the files, or from the cluster with `--live`. */
export async function readBasis(settings: Settings, io: Io): Promise<AccessBasis> {
  const facts = await readFacts(settings, io);
  return settings.live ? readCluster(settings, facts, io) : readFiles(settings, facts, io);
}

async function readFiles(settings: Settings, facts: AccessFacts, io: Io): Promise<AccessBasis> {
  const { directory, directoryName } = settings;
  const rules = makePlaceholderRules({ ...settings, secrets: "opaque" });
  const loaded = await loadDirectory(directory, { env: io.env, rules });
  const version = readServerVersion(settings);
  try {
    const basis = loadAccessFromFiles(loaded, version, facts);
    const locate: AccessBasis["locate"] = (link) => {
      const at = basis.locate(link);
      return at && placeWithin(at, directoryName);
    };
    return { ...basis, from: `the files in ${directoryName}`, directory: directoryName, locate };
  } catch (error) {
    if (!(error instanceof OsacError)) throw error;
    throw new OsacError(error.reason, placeInDirectory(error.findings, directoryName));
  }
}

/** Returns the version of the server that the files are for. */
export function readServerVersion({ serverVersion, setBy }: Settings): AccessBasis["version"] {
  return {
    value: parseVersion(serverVersion ?? newestCompared),
    setBy: setBy["serverVersion"] ?? "the default; name yours with --server-version or cluster.version",
  };
}

async function readCluster(settings: Settings, facts: AccessFacts, io: Io): Promise<AccessBasis> {
  const connection = await connect(settings, io);
  const reader = openReader(connection);
  try {
    return await loadAccessFromCluster(reader, connection, facts);
  } finally {
    await reader.close();
  }
}

export async function readFacts({ facts, nodeSettings }: Settings, { cwd }: Io): Promise<AccessFacts> {
  if (facts === undefined) return { settings: nodeSettings };
  const name = relative(cwd, facts);
  return { names: await readNames(facts, name), namesFrom: name, settings: nodeSettings };
}

async function readNames(path: string, name: string): Promise<ClusterNames> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw failure("input", "unreadable-file", `${name} ${explainReadError(error)}`);
  });
  const value = parseJson(text);
  if (!isRecord(value) || !Array.isArray(value["indices"]))
    throw failure("input", "bad-facts", `${name} holds no names of indices`, {
      hint: "write it with osac access facts --out",
    });
  return parseClusterNames(value);
}

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** Parses the subject of a question from its word and flags. */
export function readSubject(word: string, { backendRole, attribute, address }: Settings): Subject {
  return parseSubject(word, { backendRoles: backendRole, attributes: attribute, address });
}

/** Chooses the exit reason for an answer. */
function findAnswerReason({ verdict }: Decision): ExitReason {
  if (verdict === "allowed") return "done";
  return verdict === "unknown" ? "unknown" : "changes";
}

/** A question from the command line, with its answer. */
export interface Asked {
  readonly question: Question;
  readonly caller: Caller;
  readonly target: Target;
  readonly answer: Answer;
  readonly basis: AccessBasis;
  readonly reason: ExitReason;
}

/** Answers `SUBJECT OPERATION TARGET`. */
export async function askQuestion(settings: Settings, io: Io): Promise<Asked> {
  const [who = "", doing = "", on = ""] = settings.words;
  const subject = readSubject(who, settings);
  const [what, target] = [parseOperation(doing), parseTarget(on)];
  const basis = await readBasis(settings, io);
  const { access } = basis;
  refuseMisfit(access, what, target);
  const caller = identifyCaller(access, subject);
  const answer = can(access, caller, what, target);
  const question = { subject: formatSubject(subject), what, target: formatTarget(target) };
  return { question, caller, target, answer, basis, reason: findAnswerReason(answer.decision) };
}
