import { makeFinding } from "../errors.ts";
import type { FixedCode } from "../codes.ts";
import { isUtf8 } from "node:buffer";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Finding } from "../model/finding.ts";
import { explainNotRead } from "./safe-path.ts";

/** Larger files are no configuration. The server refuses requests over 100 MB. */
const sizeMaxMegabytes = 8;

/** The text of a file without its byte-order mark, or the error that prevents reading it. */
export type FileText = { readonly text: string } | { readonly finding: Finding };

/** Reads one file of the directory of files, and none outside of it. Never throws for a user's mistake. */
export async function readOwnText(directory: string, file: string): Promise<FileText> {
  try {
    const why = explainNotRead(join(directory, file), [directory]);
    return why === undefined
      ? await readText(directory, file)
      : refuse(file, "refused-path", `${file} ${why}`);
  } catch (error) {
    return refuse(file, "unreadable-file", `${file} ${explainReadError(error)}`);
  }
}

/**
 * Reads one file. Never throws for a user's mistake.
 *
 * @param name the name of the file in messages
 */
export async function readText(directory: string, file: string, name: string = file): Promise<FileText> {
  const found = await readNamed(join(directory, file), file);
  return "text" in found
    ? found
    : { finding: { ...found.finding, message: `${name} ${found.finding.message}` } };
}

async function readNamed(path: string, file: string): Promise<FileText> {
  try {
    const about = await stat(path);
    if (!about.isFile()) return refuse(file, "unreadable-file", "is not a file");
    if (about.size > sizeMaxMegabytes * 2 ** 20) return refuseLarge(file, about.size);
    return decode(file, await readFile(path));
  } catch (error) {
    return refuse(file, "unreadable-file", explainReadError(error));
  }
}

/**
 * Explains an error of the operating system in a user's words. Throws any other error, which is a fault of
 * osac.
 */
export function explainReadError(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  switch (code) {
    case "ENOENT":
      return "does not exist, or is a broken link";
    case "ENOTDIR":
      return "is not a directory";
    case "EACCES":
    case "EPERM":
      return "may not be read by the user who runs this";
    default:
      if (typeof code !== "string" || !code.startsWith("E")) throw error;
      return `cannot be read (${code})`;
  }
}

function decode(file: string, bytes: Buffer): FileText {
  const text = bytes.toString("utf8");
  if (isUtf8(bytes)) return { text: text.startsWith("\uFEFF") ? text.slice(1) : text };
  const valid = Buffer.from(text);
  const offset = bytes.findIndex((byte, index) => byte !== valid[index]);
  const before = bytes.subarray(0, offset).toString("latin1").split("\n");
  const at = { file, line: before.length, column: before.at(-1)!.length + 1 };
  return refuse(file, "not-utf8", "is not UTF-8 from here on", { at, hint: "save the file as UTF-8" });
}

function refuseLarge(file: string, size: number): FileText {
  const message = `has ${Math.ceil(size / 2 ** 20)} MB, more than the ${sizeMaxMegabytes} MB that osac reads`;
  return refuse(file, "file-too-large", message, { hint: "is it really a security file?" });
}

function refuse(
  file: string,
  code: FixedCode,
  message: string,
  details: Pick<Finding, "at" | "hint"> = {},
): FileText {
  const at = { file, line: 1, column: 1 };
  return { finding: makeFinding(code, { message, at, ...details }) };
}
