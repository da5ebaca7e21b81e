import { basename } from "node:path";
import type { Place } from "../model/finding.ts";
import type { Layer, Variable } from "../model/layers.ts";
import type { Json } from "../model/value.ts";
import { escapePointer } from "../value/path.ts";
import { refuse, type FileSource, type ValueType } from "./value-types.ts";

/** The form of a variable's name. */
const namePattern = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Folders below the directory of files, which only osac.yml can name. */
export const layerList: ValueType<readonly Layer[]> = {
  schema: { type: "array", items: { type: "string", minLength: 1 }, minItems: 1 },
  read: (_, source) => refuse(source, "a list in osac.yml", ""),
  readFile: (value, source) => {
    const folders = (value as string[]).map((one) => normalizeFolder(one));
    for (const [index, one] of (value as string[]).entries()) {
      const at = source.locate(`/${index}`);
      const within = { ...source, at };
      if (/^\/|(?:^|\/)\.\.(?:\/|$)/.test(one))
        refuse(within, "a folder below the directory, such as base or env/prod", one);
      if (folders.indexOf(folders[index]!) !== index) refuse(within, "each layer once", one);
    }
    return folders.map((folder, index) => ({ folder, at: placeBeside(source, `/${index}`) }));
  },
};

/** Returns the path of a layer in its shortest form; `""` for the directory itself. */
export function normalizeFolder(path: string): string {
  return path
    .split("/")
    .filter((name) => name !== "" && name !== ".")
    .join("/");
}

/** Variables that files may use as `${var.NAME}`, which only osac.yml can set. */
export const variableMap: ValueType<ReadonlyMap<string, Variable>> = {
  schema: {
    type: "object",
    propertyNames: { pattern: namePattern.source },
    additionalProperties: { type: ["string", "number", "boolean"] },
  },
  read: (_, source) => refuse(source, "a map in osac.yml", ""),
  readFile: (value, source) =>
    new Map(
      Object.entries(value as { [name: string]: Json }).map(([name, one]) => [
        name,
        readVariable(name, one as Variable["value"], source),
      ]),
    ),
};

function readVariable(name: string, value: Variable["value"], source: FileSource): Variable {
  const pointer = `/${escapePointer(name)}`;
  if (typeof value === "string" && value.includes("${"))
    refuse(
      { ...source, name: `${source.name}.${name}`, at: source.locate(pointer) },
      "a text without placeholders",
      value,
      "osac shows variables, and a placeholder may be a secret: write it into the file that needs it",
    );
  return { value, at: placeBeside(source, pointer), isShared: source.isShared?.(name) };
}

/** Findings about files name places below the directory of the settings file. */
function placeBeside({ locate }: FileSource, pointer: string): Place {
  const at = locate(pointer);
  return { ...at, file: basename(at.file) };
}
