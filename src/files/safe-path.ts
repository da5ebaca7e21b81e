import { lstatSync, readlinkSync, realpathSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";

/** Returns true if a path is the folder or lies below it; both are absolute. */
export function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way.split(sep)[0] !== ".." && !isAbsolute(way);
}

/**
 * Finds the top of the git work tree of a path: the nearest folder with a `.git`, which no commit can
 * contain.
 */
export function findTop(path: string): string | undefined {
  for (let folder = path; ; folder = dirname(folder)) {
    if (pathExists(join(folder, ".git"))) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}

/** The system reports an error for a path below a file. Nothing exists there either. */
function pathExists(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

/**
 * Returns the reason that osac does not read a file or folder, as a continuation of "roles.yml …"; undefined
 * if it may. In a git work tree osac follows no link: the author of a pull request can create one, and its
 * target has another history. Elsewhere, as in a volume of Kubernetes, a link may lead to a target within the
 * folders. Throws the error of the system for a missing path.
 *
 * @param named the path
 * @param folders the folders that must contain it
 */
export function explainNotRead(named: string, folders: readonly string[]): string | undefined {
  const path = resolve(named);
  const real = realpathSync(path);
  const link = real === path ? undefined : findLink(path);
  if (link !== undefined) return `is a link to ${real}, and in a git work tree no link is followed`;
  if (isGitPath(real)) return `belongs to git (${real})`;
  if (isSystemPath(real)) return `belongs to the system (${real})`;
  if (folders.some((folder) => isWithin(realPath(resolve(folder)), real))) return undefined;
  return `leads to ${real}, which is not in ${folders.join(" or ")}`;
}

/**
 * Returns the reason that osac writes no files into a folder, as a continuation of "rendered …"; undefined if it may.
 * The author of a pull request could lead the files of the job elsewhere with a link. The folder may be missing.
 */
export function explainNotWritten(named: string): string | undefined {
  let path = resolve(named);
  while (!pathExists(path)) path = dirname(path);
  const link = findLink(path);
  return link === undefined
    ? undefined
    : `leads through the link ${link}, and in a git work tree no link is followed`;
}

/** Returns true for a path of memory or a device of the machine. */
export function isSystemPath(path: string): boolean {
  return ["/proc", "/sys", "/dev"].some((folder) => isWithin(folder, path));
}

/** Finds the first link in a path that lies in a git work tree. */
function findLink(path: string): string | undefined {
  if (dirname(path) === path) return undefined;
  const before = findLink(dirname(path));
  if (before !== undefined || !lstatSync(path).isSymbolicLink()) return before;
  const folder = realpathSync(dirname(path));
  return findTop(folder) === undefined ? findLink(resolve(folder, readlinkSync(path))) : path;
}

/**
 * Names that some file system treats as `.git`: in upper case, with invisible characters, with endings that
 * Windows drops.
 */
const gitNames = /^(?:\.git|git~\d+)[. ]*(?::.*)?$/i;

/** Returns true if a path lies in a git directory. */
export function isGitPath(path: string): boolean {
  return path
    .split(sep)
    .some((name) => gitNames.test(name.replaceAll(/\p{Default_Ignorable_Code_Point}/gu, "")));
}

/** Returns the path without links. A missing path is returned as it is, because it has no files either. */
export function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
