import type { GivenSetting } from "./given-setting.ts";
import { readFile } from "node:fs/promises";
import { relative } from "node:path";
import { OsacError, makeFinding } from "../errors.ts";
import type { Finding } from "../model/finding.ts";
import { findTop, isWithin, realPath } from "../files/safe-path.ts";
import { options, type OptionName } from "./options.ts";
import type { Settings } from "./settings.ts";
import { path as pathType, pathOrStdin, type ValueType } from "./value-types.ts";

const named = (Object.keys(options) as OptionName[]).filter((name) => {
  const { type, risk } = options[name];
  return (
    (risk === "login" || risk === "read") && ([pathType, pathOrStdin] as ValueType<unknown>[]).includes(type)
  );
});

/** osac reads these files from the commit of `--settings-from`. */
const readFromCommit: readonly OptionName[] = ["caCert", "facts"];

/**
 * Reads a file from the commit of `--settings-from`, if the settings of that commit name it: a pull request
 * can replace the file. Undefined if the commit does not have the file.
 */
export async function readReviewed(
  name: OptionName,
  path: string | undefined,
  { settingsFrom, directory, typed }: Settings,
): Promise<string | undefined> {
  const isTyped = typed.some((choice) => choice.name === name);
  if (path === undefined || settingsFrom === undefined || isTyped) return undefined;
  return readFromGit(settingsFrom, directory, path);
}

/**
 * Refuses a certificate, login or facts that a reviewed settings file names in the work tree, if a pull request may
 * have replaced the file: the review covers the name, and the content comes with the pull request.
 */
export async function refuseUnreviewedFiles(
  given: ReadonlyMap<OptionName, GivenSetting>,
  settings: Settings,
): Promise<void> {
  const top = findTop(settings.directory);
  if (top === undefined) return;
  const found = await Promise.all(
    named.map(async (name) => {
      const [one, file] = [given.get(name), settings[name]];
      if (!one?.file?.isPinned || typeof file !== "string" || !liesIn(top, file)) return [];
      return (await isReviewed(name, file, top, settings))
        ? []
        : [unreviewedFinding(name, one, file, settings)];
    }),
  );
  const findings = found.flat();
  if (findings.length > 0) throw new OsacError("input", findings);
}

function liesIn(top: string, file: string): boolean {
  return isWithin(top, file) || isWithin(realPath(top), realPath(file));
}

/**
 * Returns true if a file was reviewed: with `--settings-from`, if the commit has the same content; otherwise
 * if `--config` names a settings file of the same work tree, whose user trusts the work tree.
 */
async function isReviewed(
  name: OptionName,
  file: string,
  top: string,
  { settingsFrom, config, directory }: Settings,
): Promise<boolean> {
  if (settingsFrom === undefined) return config !== undefined && liesIn(top, config);
  const [now, reviewed] = await Promise.all([
    readFile(file, "utf8").catch(() => undefined),
    readFromGit(settingsFrom, directory, file),
  ]);
  return reviewed !== undefined && (readFromCommit.includes(name) || now === reviewed);
}

async function readFromGit(reference: string, directory: string, file: string): Promise<string | undefined> {
  const { readFileAt } = await import("../git/file-at.ts");
  return readFileAt(reference, directory, relative(directory, file));
}

function unreviewedFinding(
  name: OptionName,
  { source }: GivenSetting,
  file: string,
  { settingsFrom }: Settings,
): Finding {
  const { flag, env } = options[name];
  const why = settingsFrom === undefined ? "" : ` and is not the file that ${settingsFrom} has there`;
  return makeFinding("unreviewed-file", {
    message: `${source.name} names ${file}, which lies in the work tree${why}: whoever opens a pull request could have put it there`,
    hint: `name a file outside of the work tree, or set it outside of the files: --${flag} PATH, or ${env}`,
    at: source.at,
  });
}
