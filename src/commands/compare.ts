import { compareDeclared } from "../engine/compare-declared.ts";
import { isError } from "../engine/read-files.ts";
import { OsacError } from "../errors.ts";
import { exitCodes } from "../exit-codes.ts";
import { loadDirectory } from "../files/load-directory.ts";
import { makePlaceholderRules } from "../files/placeholders/sources.ts";
import type { Directory } from "../model/entity.ts";
import { comparisonDocument, comparisonMarkdown, comparisonText } from "../report/comparison-text.ts";
import { placeInDirectory } from "../report/findings-text.ts";
import { listOptions, type OptionName } from "../settings/options.ts";
import { makeLayering } from "../settings/read-layering.ts";
import { readSettings } from "../settings/read-settings.ts";
import type { Settings } from "../settings/settings.ts";
import type { Ended } from "./index.ts";
import type { Io } from "./io.ts";
import { readServerVersion } from "./read-basis.ts";

/** Shows what differs between the files of two targets. */
export async function run(settings: Settings, io: Io): Promise<Ended> {
  const [before = "", after = ""] = settings.words;
  const [old, now] = [await loadTarget(before, settings, io), await loadTarget(after, settings, io)];
  const difference = compareDeclared(old, now, readServerVersion(settings).value);
  const reason = difference.changes.length > 0 ? "changes" : "done";
  const comparison = { before, after, ...difference };
  const document = comparisonDocument(comparison, exitCodes[reason].code);
  return {
    reason,
    result: {
      document: () => document,
      text: (theme) => comparisonText(comparison, theme),
      report: () => ({
        document,
        findings: [],
        markdown: (options) => comparisonMarkdown(comparison, options),
      }),
    },
  };
}

/** The settings that decide what the files of a target are. */
const deciding: readonly OptionName[] = [...listOptions("common"), "layers", "variables"];

/** Loads the files of a target. No placeholder is looked up: what is compared is what the files say. */
async function loadTarget(target: string, settings: Settings, io: Io): Promise<Directory> {
  const typed = settings.typed.filter(({ name, isTyped }) => isTyped && deciding.includes(name));
  const { settings: own } = await readSettings(
    {
      options: deciding,
      flags: new Map([...typed.map(({ name, texts }) => [name, texts] as const), ["target", [target]]]),
      directory: settings.directoryName,
      outputs: ["text", "json", "markdown"],
    },
    io.env,
    io.cwd,
    false,
  );
  const loaded = await loadDirectory(own.directory, {
    env: {},
    rules: makePlaceholderRules({ ...own, secrets: "opaque" }),
    layering: makeLayering(own),
  });
  const errors = placeInDirectory(loaded.findings, own.directoryName).filter(isError);
  if (errors.length > 0) throw new OsacError("input", errors);
  return loaded;
}
