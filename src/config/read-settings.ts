import { dirname, join, resolve } from "node:path";
import { OsacError, failure } from "../errors.ts";
import type { Finding } from "../model.ts";
import { settleLogin } from "./login.ts";
import { nearest } from "./nearest.ts";
import { options, type Option, type OptionName } from "./options.ts";
import { readSettingsFile, type FileSetting } from "./settings-file.ts";
import type { OutputFormat, Settings } from "./settings.ts";
import { choice, type Source } from "./value-types.ts";

/** What was typed: one command's options, and the flags that were given to it. */
export interface Request {
  readonly options: readonly OptionName[];
  readonly flags: ReadonlyMap<OptionName, readonly string[]>;
  readonly directory: string;
  /** The outputs that the command knows, a part of all there are. */
  readonly outputs: readonly OutputFormat[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/** A setting before it is read: its texts, and the place that won. */
export interface Given {
  readonly texts: readonly string[];
  readonly source: Source;
  /** Higher wins: a flag, then the environment, then osac.yml. */
  readonly rank: number;
}

/**
 * The settings of a run: flag before environment before osac.yml before default.
 *
 * Every wrong value is a finding of the one `OsacError` this throws; what is merely odd is returned.
 */
export async function readSettings(
  request: Request,
  env: Environment,
  cwd: string,
): Promise<{ readonly settings: Settings; readonly findings: readonly Finding[] }> {
  const directory = resolve(cwd, request.directory);
  const typed = fromArgumentsAndEnvironment(request, env, cwd);
  const file = await readFileSettings(typed.get("config"), request.directory, cwd);
  const given = settleLogin(new Map([...fromFile(request.options, file), ...typed]));

  const problems: Finding[] = [];
  const table = { ...options, output: { ...options.output, type: choice(request.outputs) } };
  const entries = Object.entries(table).map(([name, option]: [string, Option<unknown>]) => {
    const one = given.get(name as OptionName);
    return [name, one ? read(option, one, problems) : option.default];
  });
  if (problems.length > 0) throw new OsacError("input", problems);

  const settings = {
    ...Object.fromEntries(entries),
    directory,
    directoryName: request.directory,
  } as Settings;
  return { settings, findings: strangers(env) };
}

function fromArgumentsAndEnvironment(
  request: Request,
  env: Environment,
  cwd: string,
): Map<OptionName, Given> {
  const given = new Map<OptionName, Given>();
  for (const name of request.options) {
    const option: Option<unknown> = options[name];
    const texts = request.flags.get(name);
    const variable = option.env && env[option.env];
    if (texts) given.set(name, { texts, rank: 3, source: { name: `--${option.flag}`, base: cwd } });
    else if (variable)
      given.set(name, { texts: [variable], rank: 2, source: { name: option.env, base: cwd } });
  }
  return given;
}

interface FileSettings {
  /** What paths in the file are relative to. */
  readonly base: string;
  readonly settings: ReadonlyMap<string, FileSetting>;
}

/** The file that was named must exist; osac.yml beside the files need not. */
async function readFileSettings(
  config: Given | undefined,
  directory: string,
  cwd: string,
): Promise<FileSettings> {
  const name = config?.texts[0] ?? join(directory, "osac.yml");
  const path = resolve(cwd, name);
  const settings = await readSettingsFile(path, name);
  if (!settings && config)
    throw failure(
      "input",
      "no-settings-file",
      `${config.source.name}: there is no file ${JSON.stringify(name)}`,
    );
  return { base: dirname(path), settings: settings ?? new Map<string, FileSetting>() };
}

function fromFile(names: readonly OptionName[], { base, settings }: FileSettings): Map<OptionName, Given> {
  const given = new Map<OptionName, Given>();
  for (const name of names) {
    const { key }: Option<unknown> = options[name];
    const setting = key === undefined ? undefined : settings.get(key);
    if (key === undefined || !setting) continue;
    given.set(name, { texts: setting.texts, rank: 1, source: { name: key, base, at: setting.at } });
  }
  return given;
}

function read(option: Option<unknown>, { texts, source }: Given, problems: Finding[]): unknown {
  try {
    if (texts.includes("")) throw failure("input", "empty-value", `${source.name}: the value is empty`);
    return option.type.read(texts, source);
  } catch (error) {
    if (!(error instanceof OsacError)) throw error;
    problems.push(...error.findings);
    return undefined;
  }
}

/** Variables that look like ours and are none: most likely misspelt. */
function strangers(env: Environment): Finding[] {
  const known = Object.values(options).flatMap((option: Option<unknown>) => option.env ?? []);
  return Object.keys(env)
    .filter((name) => name.startsWith("OSAC_") && !known.includes(name))
    .toSorted()
    .map((name) => {
      const close = nearest(name, known);
      return {
        code: "unknown-variable",
        severity: "warning",
        message: `the environment has ${name}, which is no setting of osac`,
        ...(close ? { hint: `did you mean ${close}?` } : {}),
      };
    });
}
