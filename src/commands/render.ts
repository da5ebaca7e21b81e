import { loadDirectory } from "../files/load-directory.ts";
import { dumpYaml } from "../files/yaml/dump.ts";
import { kinds } from "../kinds/index.ts";
import { OsacError, failure, isError } from "../errors.ts";
import { exitCodes } from "../exit-codes.ts";
import type { Declared, Directory } from "../model/entity.ts";
import type { KindName } from "../model/kind-name.ts";
import type { Json } from "../model/value.ts";
import { findingsText, formatQuantity, placeInDirectory } from "../report/findings-text.ts";
import { documentVersion } from "../report/json-text.ts";
import { printable } from "../report/printable.ts";
import { makeLayering } from "../settings/read-layering.ts";
import type { Settings } from "../settings/settings.ts";
import { writeFiles, type NewFile } from "../storage/write-files.ts";
import type { Ended } from "./index.ts";
import type { Io } from "./io.ts";
import { formatPathFrom } from "./repeat-flags.ts";

/** Writes the files of a target as a plain directory: layers merged, variables filled, placeholders kept. */
export async function run(settings: Settings, io: Io): Promise<Ended> {
  const { out } = settings;
  if (out === undefined)
    throw failure("input", "missing-argument", "--out is missing: the directory that gets the files", {
      hint: "osac render --target NAME --out DIR",
    });
  const { kinds: loaded, findings } = await loadVerbatim(settings);
  const files = [...loaded].map(([kind, entities]) => renderFile(kind, entities));
  const written = await writeFiles(out, files, { isForced: settings.force });
  const head = { version: documentVersion, command: "render", exitCode: exitCodes.done.code };
  const directory = formatPathFrom(io.cwd, out);
  const entities = [...loaded.values()].reduce((sum, { size }) => sum + size, 0);
  return {
    reason: "done",
    result: {
      document: () => ({ ...head, directory, entities, files: written }),
      before: (theme) => findingsText(findings, theme),
      text: () =>
        `${formatQuantity(entities, "entity")} in ${formatQuantity(files.length, "file")} of ${printable(directory)}\n`,
    },
  };
}

async function loadVerbatim(settings: Settings): Promise<Directory> {
  const { directory, directoryName } = settings;
  const loaded = await loadDirectory(directory, {
    env: {},
    layering: makeLayering(settings),
    isVerbatim: true,
  });
  const findings = placeInDirectory(loaded.findings, directoryName);
  if (findings.some(isError)) throw new OsacError("input", findings);
  return { ...loaded, findings };
}

function renderFile(kind: KindName, entities: ReadonlyMap<string, Declared>): NewFile {
  const header = { type: kind, config_version: 2 };
  const bodies = [...entities].map(([name, { body }]): [string, Json] => [name, body as Json]);
  const text = dumpYaml({ _meta: header, ...Object.fromEntries(bodies) });
  return { kind, file: kinds[kind].file, text };
}
