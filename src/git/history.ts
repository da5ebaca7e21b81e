import { makeFinding } from "../errors.ts";
import { listNames } from "../value/list-names.ts";
import { compareByCodeUnit } from "../value/record.ts";
import { allKinds, kinds } from "../kinds/index.ts";
import type { Finding } from "../model/finding.ts";
import type { KindName } from "../model/kind-name.ts";
import { parseEntities } from "../files/parse-entities.ts";
import { readBlobs } from "./run-git.ts";
import { readKeyOfLine, listKeysInBraces } from "./yaml-keys.ts";
import { incompleteHistoryError, notCommittedError, openRepository, type Repository } from "./repository.ts";
import { readFilesAtHead, joinLines, readSteps, type CommitStep, type FileVersion } from "./file-versions.ts";
import { fillName, type Variables } from "../files/placeholders/fill-variables.ts";
import { hasPlaceholder } from "../files/placeholders/placeholders.ts";
import { plainLayering, type Layering } from "../model/layers.ts";
import { noValues } from "../files/placeholders/sources.ts";

/** If there are more names, osac prints only their number. */
const namesMax = 10;

/** Names of unmanaged entities, by kind. */
export type Names = ReadonlyMap<KindName, ReadonlySet<string>>;

/** The names that this branch once declared, each with the last commit that removed it. */
export interface Proofs {
  readonly proved: ReadonlyMap<KindName, ReadonlyMap<string, string>>;
  readonly findings: readonly Finding[];
}

/** The declarations of the requested names, by the ids of the versions. */
interface Declarations {
  readonly names: ReadonlyMap<string, ReadonlySet<string>>;
  /** The requested names that a version drops as a later layer. */
  readonly dropped: ReadonlyMap<string, ReadonlySet<string>>;
  /** Versions that mention a name and cannot be parsed. */
  readonly unreadable: ReadonlyMap<string, ReadonlySet<string>>;
}

/**
 * Proves deletions by git: if a commit below HEAD declared a name and HEAD does not, the name was removed on
 * purpose. A name that no commit declared never belonged to these files. Throws an `OsacError` if the history
 * cannot be trusted.
 *
 * Variables have their current values: a name that came from another value is not proved.
 *
 * @param before earlier paths of this directory, from the top of the repository
 */
export async function proveDeletions(
  directory: string,
  before: readonly string[],
  names: Names,
  { layers, variables }: Layering = plainLayering,
): Promise<Proofs> {
  const repository = await openRepository(directory, before, layers);
  const current = await readFilesAtHead(repository);
  if (current.length === 0) throw notCommittedError(directory);
  const asked = allKinds.filter(({ name }) => (names.get(name)?.size ?? 0) > 0);
  if (asked.length === 0) return { proved: new Map(), findings: [] };

  const steps = await readSteps(repository, asked);
  const versions = [...current, ...steps.flatMap((step) => [...step.before, ...step.after])];
  const filled = variables && { values: variables, used: new Set<string>() };
  const declared = await readDeclarations(repository, versions, names, filled);
  return judgeHistory(repository, names, current, steps, declared);
}

/** Searches every version once, and parses only versions that mention a name. */
async function readDeclarations(
  { tree }: Repository,
  versions: readonly FileVersion[],
  wanted: Names,
  variables: Variables | undefined,
): Promise<Declarations> {
  const kindOf = new Map(versions.filter(({ kind }) => wanted.has(kind)).map(({ id, kind }) => [id, kind]));
  const names = new Map<string, ReadonlySet<string>>();
  const dropped = new Map<string, ReadonlySet<string>>();
  const unreadable = new Map<string, ReadonlySet<string>>();
  const sources = { ...noValues, variables };
  let read = 0;
  for await (const [id, text] of readBlobs(tree, [...kindOf.keys()])) {
    read++;
    const kind = kindOf.get(id)!;
    const mentioned = findMentionedNames(text, wanted.get(kind)!, variables);
    if (mentioned.size === 0) continue;
    const { declared, dropped: gone } = parseEntities(kinds[kind], "", text, sources);
    dropped.set(id, new Set(gone?.map(({ name }) => name)));
    const found = new Set(declared?.map(({ name }) => name));
    if (declared) names.set(id, new Set([...mentioned].filter((name) => found.has(name))));
    else unreadable.set(id, new Set([...mentioned].filter((name) => wanted.get(kind)!.has(name))));
  }
  if (read < kindOf.size) throw incompleteHistoryError("");
  return { names, dropped, unreadable };
}

/**
 * Finds the names that a text may declare, without parsing it, which takes a hundred times as long. A
 * placeholder never proves the name that it is replaced with. osac reports that a placeholder was removed.
 */
function findMentionedNames(
  text: string,
  names: ReadonlySet<string>,
  variables: Variables | undefined,
): Set<string> {
  const written = /^\{/m.test(text)
    ? listKeysInBraces(text)
    : text.split(/[\n\r\u2028\u2029]/).map(readKeyOfLine);
  const keys = variables ? written.map((key) => key && fillName(key, variables, () => {})) : written;
  return new Set(
    keys.filter((key) => key !== undefined && (names.has(key) || hasPlaceholder(key))) as string[],
  );
}

/**
 * Finds the names that were removed, with their commits, the names that the last commit still has, and the
 * names in doubt.
 */
async function judgeHistory(
  { ask, layers }: Repository,
  names: Names,
  current: readonly FileVersion[],
  steps: readonly CommitStep[],
  { names: declared, dropped, unreadable }: Declarations,
): Promise<Proofs> {
  // A version that cannot be parsed counts as declaring the names that it mentions.
  const still = new Set([
    ...mergeVersions(current, layers, { declared, dropped }),
    ...collectDeclared(current, unreadable),
  ]);
  const ever = collectDeclared([...current, ...steps.flatMap(({ before }) => before)], declared);
  const given = new Map<string, string>();
  for (const { commit, before, after } of steps) {
    const kept = mergeVersions(after, layers, { declared, dropped });
    const known = layers > 1 ? collectDeclared(before, dropped) : new Set<string>();
    const newlyDropped =
      layers > 1 ? [...collectDeclared(after, dropped)].filter((one) => !known.has(one)) : [];
    for (const entity of [...collectDeclared(before, declared), ...newlyDropped]) {
      const isGone = !kept.has(entity) && !still.has(entity) && ever.has(entity);
      if (isGone && !given.has(entity)) given.set(entity, commit);
    }
  }
  const commits = [...new Set(given.values())];
  const words = ["log", "--no-walk=unsorted", "--stdin", "--format=%h"];
  const listed = commits.length === 0 ? [] : (await ask(words, joinLines(commits))).split("\n");
  const short = new Map(commits.map((commit, index) => [commit, listed[index]!]));
  const proved = new Map(
    [...names].map(([kind, all]) => {
      const found = [...all].flatMap((name): [string, string][] => {
        const commit = given.get(`${kind}/${name}`);
        return commit === undefined ? [] : [[name, short.get(commit)!]];
      });
      return [kind, new Map(found)];
    }),
  );
  const findings = [
    ...notCommittedYetFindings([...still].filter((entity) => !hasPlaceholder(entity))),
    ...notProvableFindings(names, given),
    ...doubtFindings(steps, unreadable, given),
  ];
  return { proved, findings };
}

/**
 * Collects `kind/name` of the entities that the layers of a commit declare together. Versions in former paths
 * come first, so that a layer can drop what they declare.
 */
function mergeVersions(
  versions: readonly FileVersion[],
  layers: number,
  {
    declared,
    dropped,
  }: { readonly declared: Declarations["names"]; readonly dropped: Declarations["names"] },
): Set<string> {
  const rank = ({ folder }: FileVersion): number => (folder < layers ? folder : -1);
  const merged = new Set<string>();
  for (const version of versions.toSorted((a, b) => rank(a) - rank(b))) {
    if (rank(version) > 0) for (const entity of collectDeclared([version], dropped)) merged.delete(entity);
    for (const entity of collectDeclared([version], declared)) merged.add(entity);
  }
  return merged;
}

/** Collects `kind/name` of the entities that the versions declare. */
function collectDeclared(versions: readonly FileVersion[], declared: Declarations["names"]): Set<string> {
  return new Set(
    versions.flatMap(({ kind, id }) => [...(declared.get(id) ?? [])].map((name) => `${kind}/${name}`)),
  );
}

/** Reports names that are gone from the files, but not from the last commit. */
function notCommittedYetFindings(still: readonly string[]): Finding[] {
  if (still.length === 0) return [];
  const names = still.toSorted(compareByCodeUnit);
  const message = `${listNames(names, namesMax)}: removed from the files, but the last commit still declares ${names.length === 1 ? "it" : "them"}, so osac does not delete`;
  return [makeFinding("deletion-not-committed", { message, hint: "commit the deletion" })];
}

/**
 * Reports placeholders that were removed as names, and may have meant entities that the cluster still has.
 */
function notProvableFindings(names: Names, given: ReadonlyMap<string, string>): Finding[] {
  return [...given].flatMap(([entity, commit]): Finding[] => {
    if (!hasPlaceholder(entity)) return [];
    const left = [...names].flatMap(([kind, all]) => [...all].map((name) => `${kind}/${name}`));
    const meant = left.filter((one) => !given.has(one) && mayStandFor(entity, one));
    if (meant.length === 0) return [];
    const more = meant.length > namesMax ? ` and ${meant.length - namesMax} more` : "";
    const message = `${entity}: commit ${commit.slice(0, 10)} removed it from the files, but its name has a placeholder, so osac does not delete; it may be ${meant.slice(0, namesMax).join(", ")}${more}`;
    const hint = "delete it by hand; or declare it by its real name, commit that, and remove it again";
    return [makeFinding("deletion-not-provable", { message, hint })];
  });
}

/** Returns true if a text with placeholders may mean a name: both begin and end alike. */
function mayStandFor(text: string, name: string): boolean {
  const parts = text.split(/\$\{[^}]*\}/);
  return name.startsWith(parts[0]!) && name.endsWith(parts.at(-1)!);
}

/** Reports names that only an unparsable version mentions. Only `-v` lists them, as they change nothing. */
function doubtFindings(
  steps: readonly CommitStep[],
  unreadable: Declarations["unreadable"],
  given: ReadonlyMap<string, string>,
): Finding[] {
  const seen = new Set<string>();
  return steps.flatMap(({ commit, after }) =>
    after.flatMap(({ kind, id }) =>
      [...(unreadable.get(id) ?? [])].flatMap((name): Finding[] => {
        const entity = `${kind}/${name}`;
        if (given.has(entity) || seen.has(entity)) return [];
        seen.add(entity);
        const message = `${kinds[kind].file} of commit ${commit.slice(0, 10)} mentions it, but cannot be read, so it does not prove a deletion`;
        return [makeFinding("unreadable-version", { message, kind, name })];
      }),
    ),
  );
}
