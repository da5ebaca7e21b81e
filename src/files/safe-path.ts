import { lstatSync, readlinkSync, realpathSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";

/** Whether a path is the folder or lies below it; both absolute. */
export function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way.split(sep)[0] !== ".." && !isAbsolute(way);
}

/** The top of the git work tree that a path lies in: the nearest folder with a `.git`, which no commit can contain. */
export function findTop(path: string): string | undefined {
  for (let folder = path; ; folder = dirname(folder)) {
    if (pathExists(join(folder, ".git"))) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}

/** Below a file there is nothing either, which the system calls an error. */
function pathExists(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

/**
 * Why osac does not read a file or folder, as it continues "roles.yml …"; undefined where it may. In a git work tree osac
 * follows no link: whoever opens a pull request can make one, and what it leads to has another history. Elsewhere, as in
 * a volume of Kubernetes, a link may lead to what lies in the folders. Throws what the system says of a path that is
 * not there.
 *
 * @param named the path
 * @param folders where it must lie
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

/** Whether a path is no file, but memory or a device of the machine. */
export function isSystemPath(path: string): boolean {
  return ["/proc", "/sys", "/dev"].some((folder) => isWithin(folder, path));
}

/** The first link on the way to a path that lies in a git work tree. */
function findLink(path: string): string | undefined {
  if (dirname(path) === path) return undefined;
  const before = findLink(dirname(path));
  if (before !== undefined || !lstatSync(path).isSymbolicLink()) return before;
  const folder = realpathSync(dirname(path));
  return findTop(folder) === undefined ? findLink(resolve(folder, readlinkSync(path))) : path;
}

/** Names that some file system takes for `.git`: in other letters, with invisible ones, with ends that Windows drops. */
const gitNames = /^(?:\.git|git~\d+)[. ]*(?::.*)?$/i;

/** Whether a path lies in a git directory. */
export function isGitPath(path: string): boolean {
  return path
    .split(sep)
    .some((name) => gitNames.test(name.replaceAll(/\p{Default_Ignorable_Code_Point}/gu, "")));
}

/** The path without links; as it is where nothing is there, for then there are no files either. */
export function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
