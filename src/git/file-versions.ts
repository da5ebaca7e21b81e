import { allKinds } from "../kinds/index.ts";
import type { Kind } from "../kinds/kind.ts";
import type { KindName } from "../model/kind-name.ts";
import { findKindOfFolder, findKindOfPath, listPaths } from "../files/file-names.ts";
import { movedError, type Repository } from "./repository.ts";

/** One version of a file. */
export interface FileVersion {
  readonly kind: KindName;
  /** The id of the content in git. */
  readonly id: string;
  /** The index of the folder that holds the file. */
  readonly folder: number;
}

/** The change of one commit to the files: the versions that it removed, and those that it added. */
export interface CommitStep {
  readonly commit: string;
  readonly before: readonly FileVersion[];
  readonly after: readonly FileVersion[];
}

/** Reads the versions of the files in the last commit. */
export async function readFilesAtHead({ folders, ask }: Repository): Promise<FileVersion[]> {
  const paths = listPathspecs(folders, allKinds);
  const listed = await ask(["ls-tree", "-r", "-z", "--full-tree", "HEAD", "--", ...paths]);
  return listed.split("\0").flatMap((line) => {
    const [, mode, id, path] = /^(\d+) blob (\w+)\t(.*)$/s.exec(line) ?? [];
    return id === undefined ? [] : toVersions(folders, path!, mode!, id);
  });
}

function listPathspecs(folders: readonly string[], of: readonly Kind[]): string[] {
  return folders.flatMap((folder) => of.flatMap((kind) => listPaths(kind).map((path) => folder + path)));
}

/** Returns the version of a file that osac reads. Links and submodules have none. */
function toVersions(folders: readonly string[], path: string, mode: string, id: string): FileVersion[] {
  const folder = folders.findIndex((one) => path.startsWith(one) && findKindOfPath(path.slice(one.length)));
  if (folder === -1 || !mode.startsWith("100")) return [];
  return [{ kind: findKindOfPath(path.slice(folders[folder]!.length))!.name, id, folder }];
}

/** Reads the changes of all commits to the files of these kinds, the newest first. */
export async function readSteps(repository: Repository, asked: readonly Kind[]): Promise<CommitStep[]> {
  const { folders, ask } = repository;
  const words = ["log", "--full-history", "--topo-order", "-c", "--raw", "-z", "--no-abbrev", "--no-renames"];
  const log = await ask([...words, "--format=%H", "HEAD", "--", ...listPathspecs(folders, asked)]);
  const steps: { commit: string; before: FileVersion[]; after: FileVersion[] }[] = [];
  const adding = new Set<string>();
  const tokens = log.split("\0").map((token) => token.replace(/^\n/, ""));
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index]!;
    const step = steps.at(-1);
    if (token !== "" && !token.startsWith(":")) steps.push({ commit: token, before: [], after: [] });
    if (!token.startsWith(":") || !step) continue;
    const { before, after, isAdded } = parseRawLine(folders, token, tokens[++index]!);
    for (const version of before) step.before.push(version);
    for (const version of after) step.after.push(version);
    if (isAdded) adding.add(step.commit);
  }
  await refuseMoves(repository, [...adding]);
  return steps;
}

/**
 * Parses one line of `--raw`: as many colons, modes and ids as the commit has parents, then mode, id and
 * status.
 */
function parseRawLine(folders: readonly string[], line: string, path: string) {
  const parents = /^:+/.exec(line)![0].length;
  const words = line.slice(parents).split(" ");
  const versions = words
    .slice(0, parents + 1)
    .map((mode, index) => toVersions(folders, path, mode, words[parents + 1 + index]!));
  return {
    before: versions.slice(0, parents).flat(),
    after: versions.slice(parents).flat(),
    isAdded: words.at(-1) === "A",
  };
}

/** Refuses files that came from another directory, because their history there was not read. */
async function refuseMoves({ folders, ask }: Repository, commits: readonly string[]): Promise<void> {
  const words = ["log", "--no-walk=unsorted", "--stdin", "-M", "--diff-filter=R", "--name-status", "-z"];
  const log = commits.length === 0 ? "" : await ask([...words, "--format=%h"], joinLines(commits));
  const tokens = log.split("\0").map((token) => token.replace(/^\n/, ""));
  let commit = "";
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index]!;
    if (!/^R\d+$/.test(token)) {
      commit = token === "" ? commit : token;
      continue;
    }
    const [from, to] = [tokens[++index]!, tokens[++index]!];
    if (isOurs(folders, to) && !isWithin(folders, from)) throw movedError(from, to, commit);
  }
}

function isOurs(folders: readonly string[], path: string): boolean {
  return folders.some((folder) => path.startsWith(folder) && findKindOfPath(path.slice(folder.length)));
}

/**
 * Returns true for a path directly in one of the directories, or in the folder of a kind's split files, with
 * any file name.
 */
function isWithin(folders: readonly string[], path: string): boolean {
  return folders.some((folder) => {
    const [first, ...rest] = path.slice(folder.length).split("/");
    return path.startsWith(folder) && (rest.length === 0 || (rest.length === 1 && findKindOfFolder(first!)));
  });
}

/** Joins items to the input of a command that reads one a line. */
export function joinLines(items: readonly string[]): string {
  return items.map((item) => `${item}\n`).join("");
}
