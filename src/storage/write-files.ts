import { chmod, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { failure, OsacError, makeFinding } from "../errors.ts";
import { compareByCodeUnit } from "../value/record.ts";
import { kinds } from "../kinds/index.ts";
import type { Finding } from "../model/finding.ts";
import type { KindName } from "../model/kind-name.ts";
import { listFiles } from "../files/list-files.ts";
import { explainReadError } from "../files/read-file.ts";
import { explainNotWritten } from "../files/safe-path.ts";

const ownerOnly = 0o600;

/** A file to write: its path from the directory. */
interface FileText {
  readonly file: string;
  readonly text: string;
  /** The file holds password hashes, so only its owner may read it. */
  readonly isPrivate?: boolean;
}

/** A file to write, with entities of one kind. */
export interface NewFile extends FileText {
  readonly kind: KindName;
}

/** A written file, and the effect of the write. */
export interface WrittenFile {
  readonly file: string;
  readonly result: "written" | "unchanged";
}

/** The choices of a user about existing files. */
interface WriteChoice {
  /** Existing files may be replaced. */
  readonly isForced: boolean;
  /** The folders that the files are the whole content of; by default the directory itself. */
  readonly folders?: readonly string[];
}

/**
 * Writes files into a directory, all or none. It reports every existing file that it would replace, and
 * completes each file before it gets its name. A file with the same content stays as it is.
 */
export async function writeFiles(
  path: string,
  files: readonly (FileText | NewFile)[],
  { isForced, folders = [""] }: WriteChoice,
): Promise<WrittenFile[]> {
  const existing = await Promise.all(files.map(({ file }) => readIfPresent(join(path, file))));
  const changed = files.filter(({ text }, index) => text !== existing[index]);
  const inTheWay = changed.filter((file) => !isForced && existing[files.indexOf(file)] !== undefined);
  const declaring = files.filter((file): file is NewFile => "kind" in file);
  const conflicts = [
    ...inTheWay.map(overwritingFinding),
    ...(await splitFileFindings(path, declaring, folders)),
  ];
  if (conflicts.length > 0) throw new OsacError("input", conflicts);
  await replaceAll(path, changed);
  for (const { file, isPrivate } of files) if (isPrivate) await chmod(join(path, file), ownerOnly);
  return files.map((file) => ({ file: file.file, result: changed.includes(file) ? "written" : "unchanged" }));
}

/**
 * Writes the first files of a directory, all or none. It reports and keeps every existing file of that name,
 * whatever its content, and every file of entities that osac would read beside them.
 */
export async function writeFirstFiles(path: string, files: readonly FileText[]): Promise<void> {
  const existing = await Promise.all(files.map(async ({ file }) => readIfPresent(join(path, file))));
  const inTheWay = files.flatMap(({ file }, index) => (existing[index] === undefined ? [] : [file]));
  const read = [...(await listFiles(path)).files.values()].flat();
  const names = [...new Set([...inTheWay, ...read])];
  if (names.length > 0)
    throw new OsacError("input", existingFileFindings(names.map((file) => join(path, file))));
  await replaceAll(path, files);
}

/** Only the last finding has the hint. */
function existingFileFindings(paths: readonly string[]): Finding[] {
  const hint =
    "osac init begins something new and overwrites nothing: give another directory, or move the files away";
  return paths.toSorted(compareByCodeUnit).map((path, index) =>
    makeFinding("file-exists", {
      message: `${path} exists; nothing was written`,
      hint: index === paths.length - 1 ? hint : undefined,
    }),
  );
}

async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw failure("input", "unreadable-file", `${path} ${explainReadError(error)}`, { cause: error });
  }
}

/** Reports existing files that would declare further entities of the same kinds. */
async function splitFileFindings(
  path: string,
  files: readonly NewFile[],
  folders: readonly string[],
): Promise<Finding[]> {
  const written = new Set(files.map(({ file }) => file));
  const names = new Set(files.map(({ kind }) => kind));
  const listings = await Promise.all(folders.map(async (folder) => listFiles(path, [{ folder }])));
  return listings.flatMap(({ files: listed }) =>
    [...names].flatMap((kind) =>
      (listed.get(kinds[kind]) ?? [])
        .filter((other) => !written.has(other))
        .map((other) =>
          makeFinding("split-file", {
            message: `${other} declares ${kind} as well, beside the files that would be written; nothing was written`,
            hint: "export into an empty directory, or delete the split files",
          }),
        ),
    ),
  );
}

function overwritingFinding({ file }: FileText): Finding {
  const message = `${file} exists and would change; nothing was written`;
  return makeFinding("file-exists", {
    message,
    hint: "overwrite it with --force, or move it away",
  });
}

/** Refuses folders that a link of the work tree leads to. */
function refuseLinks(path: string, files: readonly FileText[]): void {
  const folders = new Set(files.map(({ file }) => dirname(join(path, file))));
  const findings = [...folders].flatMap((folder) => {
    const why = explainNotWritten(folder);
    return why === undefined
      ? []
      : [makeFinding("refused-path", { message: `${folder} ${why}; nothing was written` })];
  });
  if (findings.length > 0) throw new OsacError("input", findings);
}

async function replaceAll(path: string, files: readonly FileText[]): Promise<void> {
  refuseLinks(path, files);
  const temporary = files.map(({ file }) =>
    join(path, dirname(file), `.${basename(file)}.${process.pid}.tmp`),
  );
  try {
    for (const file of temporary) await mkdir(dirname(file), { recursive: true });
    await Promise.all(
      files.map(({ text, isPrivate }, index) =>
        writeFile(temporary[index]!, text, isPrivate ? { mode: ownerOnly } : {}),
      ),
    );
    for (const [index, { file }] of files.entries()) await rename(temporary[index]!, join(path, file));
  } catch (error) {
    await Promise.all(temporary.map((file) => rm(file, { force: true }).catch(() => undefined)));
    throw failure("input", "unwritable-file", `cannot write into ${path}: it ${explainReadError(error)}`, {
      cause: error,
    });
  }
}
