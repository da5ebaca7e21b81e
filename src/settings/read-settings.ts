import type { GivenSetting } from "./given-setting.ts";
import { dirname, join, relative, resolve } from "node:path";
import { OsacError, failure, makeFinding } from "../errors.ts";
import type { Finding } from "../model/finding.ts";
import { kindNames } from "../model/kind-name.ts";
import type { SavedPlan } from "../model/saved-plan.ts";
import { resolveLogin } from "./login-method.ts";
import { findNearest } from "../value/nearest.ts";
import { options, type Option, type OptionName } from "./options.ts";
import { refuseIgnored, withSavedChoices } from "./saved-choices.ts";
import { readSavedPlan } from "../storage/saved-plan-file.ts";
import {
  isThere,
  parseSettings,
  readSettingsFile,
  type FileSetting,
  type SettingsFile,
  type Target,
} from "./settings-file.ts";
import {
  findTarget,
  findVariable,
  insertName,
  mergeTarget,
  refuseOtherCluster,
  refuseUnchosenTarget,
  targetOptions,
} from "./targets.ts";
import { refuseUnreviewedFiles } from "./reviewed-files.ts";
import type { Choice, OutputFormat, Settings } from "./settings.ts";
import { readProtection } from "./protection.ts";
import { normalizeFolder } from "./layer-types.ts";
import { findLayers } from "./read-layering.ts";
import { listTargetChanges, listTargetSettingChanges, withoutChanges } from "./target-changes.ts";
import type { PlanSettings, SettingChange } from "../model/plan.ts";
import {
  refusePlainLogin,
  refuseUnpinnedLogin,
  refuseUnpinnedPaths,
  withoutUnpinnedGuesses,
} from "./pinned-settings.ts";
import { choiceType, type Source } from "./value-types.ts";
import type { Environment } from "../model/environment.ts";

/** A command line: the options of its command, and the flags that the user passed. */
export interface Request {
  readonly options: readonly OptionName[];
  readonly flags: ReadonlyMap<OptionName, readonly string[]>;
  readonly directory: string;
  /** The words beside the flags, if the command takes other words than a directory. */
  readonly words?: readonly string[];
  /** The output formats of the command. */
  readonly outputs: readonly OutputFormat[];
  /** The run is one of several, whose logins must not mix: only variables of the target name its cluster. */
  readonly isOneOfMany?: boolean;
}

/** A flag overrides the environment, which overrides osac.yml. */
const [flagRank, environmentRank, fileRank] = [3, 2, 1];

/**
 * Reads the settings of a run: flag before environment before osac.yml before default. Throws one `OsacError`
 * with all wrong values, and returns warnings.
 *
 * @param isAttended true if a person at a terminal sees the address that the login is sent to
 */
export async function readSettings(
  request: Request,
  env: Environment,
  cwd: string,
  isAttended: boolean,
): Promise<{ readonly settings: Settings; readonly findings: readonly Finding[] }> {
  const directory = resolve(cwd, request.directory);
  const { typed, savedPlan } = await withSavedPlan(readArgumentsAndEnvironment(request, env, cwd), cwd);
  const whole = await readFileSettings(typed, request.directory, cwd);
  const file = chooseTarget(whole, typed, request);
  const filed = readFromFile(request.options, file);
  const settled = resolveLogin(new Map([...filed, ...typed]));
  const isQuiet = /^(?:true|1)$/i.test(typed.get("quiet")?.texts[0] ?? "");
  refuseUnpinnedLogin(settled, isAttended && !isQuiet);
  const { given, findings } = withoutUnpinnedGuesses(settled);

  const problems: Finding[] = [];
  const table = { ...options, output: { ...options.output, type: choiceType(request.outputs) } };
  const entries = Object.entries(table).map(([name, option]: [string, Option<unknown>]) => {
    const [one, below] = [given.get(name as OptionName), filed.get(name as OptionName)];
    return [name, one ? readJoined(option, one, below, problems) : option.default];
  });
  if (problems.length > 0) throw new OsacError("input", problems);

  // The run over several targets shows what changes about their settings.
  const listSettings = request.isOneOfMany ? undefined : listTargetSettingChanges;
  const targetChanges = listTargetChanges(whole.inForce, whole.ownFile, listSettings);
  const protection = await readWholeProtection(typed, file, request, directory);
  const settings = {
    ...nameFiles(Object.fromEntries(entries) as Partial<Settings>, given, request, file.target),
    directory,
    directoryName: request.directory,
    words: request.words ?? [],
    setBy: Object.fromEntries([...given].map(([name, { source }]) => [name, formatSource(source)])),
    protection: { ...protection, changes: joinChanges(targetChanges, protection.changes, file.target) },
    targetChanges,
    isTargetRemoved: isRemoved(file),
    targets: listTargets(file.inForce),
    order: file.inForce.order,
    typed: listTyped(given),
    flags: request.flags,
    savedPlan,
  } as Settings;
  refuseOtherCluster(given.get("url"), filed.get("url"), settings.target);
  refusePlainLogin(given, settings);
  refuseUnpinnedPaths(given, settings, [cwd, directory]);
  await refuseUnreviewedFiles(given, settings);
  return { settings, findings: [...file.findings, ...findings, ...unknownVariableFindings(env)] };
}

function joinChanges(
  ofTargets: readonly SettingChange[],
  own: readonly SettingChange[],
  target: Target | undefined,
): SettingChange[] {
  return [...withoutChanges(ofTargets, own, target?.name), ...own];
}

/** Reads the protective settings; access tests that the files have dropped are changes of them. */
async function readWholeProtection(
  typed: ReadonlyMap<OptionName, GivenSetting>,
  { settings, own, base }: ChosenSettings,
  request: Request,
  directory: string,
): Promise<PlanSettings> {
  const protection = readProtection(typed, settings, own);
  const reference = typed.get("settingsFrom")?.texts[0];
  if (!reference || !own || !request.options.includes("layers")) return protection;
  const { listDroppedTests } = await import("./access-test-changes.ts");
  const layers = { before: findLayers(settings, base), after: findLayers(own, base) };
  const dropped = await listDroppedTests(reference, directory, layers);
  return { ...protection, changes: [...protection.changes, ...dropped] };
}

/** Files that the targets of one run would write over each other; each gets one with its name. */
const filesOfRuns = ["metrics", "auditLog"] as const;

/** Inserts the name of a target that is one of many into the names of its files, unless it named them itself. */
function nameFiles(
  settings: Partial<Settings>,
  given: ReadonlyMap<OptionName, GivenSetting>,
  { isOneOfMany = false }: Request,
  target: Target | undefined,
): Partial<Settings> {
  if (!isOneOfMany || !target) return settings;
  const named = filesOfRuns.flatMap((name) => {
    const path = settings[name];
    const isOwn = given.get(name)?.rank === fileRank && target.settings.has(options[name].key!);
    return path === undefined || isOwn ? [] : [[name, insertName(path, target.name)]];
  });
  return { ...settings, ...Object.fromEntries(named) };
}

function readArgumentsAndEnvironment(
  request: Request,
  env: Environment,
  cwd: string,
): Map<OptionName, GivenSetting> {
  const given = new Map<OptionName, GivenSetting>();
  const target = request.flags.get("target")?.[0] ?? env["OSAC_TARGET"];
  for (const name of request.options) {
    const option: Option<unknown> = options[name];
    const texts = request.flags.get(name);
    const variable = findVariable(name, env, { target, isOneOfMany: request.isOneOfMany });
    if (texts) given.set(name, { texts, rank: flagRank, source: { name: `--${option.flag}`, base: cwd } });
    else if (variable)
      given.set(name, {
        texts: [env[variable]!],
        rank: environmentRank,
        source: { name: variable, base: cwd },
      });
  }
  return given;
}

/** Adds the choices of a saved plan to the settings of an `apply --plan`. */
async function withSavedPlan(
  typed: ReadonlyMap<OptionName, GivenSetting>,
  cwd: string,
): Promise<{ typed: ReadonlyMap<OptionName, GivenSetting>; savedPlan?: SavedPlan }> {
  refuseIgnored(typed, ({ rank }) => rank === flagRank);
  const file = typed.get("plan")?.texts[0];
  if (file === undefined || file === "") return { typed };
  const savedPlan = await readSavedPlan(resolve(cwd, file), file);
  return { typed: withSavedChoices(typed, savedPlan, { file, cwd, rank: flagRank }), savedPlan };
}

interface ChosenSettings {
  /** The whole file in force. */
  readonly inForce: SettingsFile;
  /** The whole file of the work tree, if the settings come from a commit. */
  readonly ownFile?: SettingsFile;
  /** The directory of relative paths in the file. */
  readonly base: string;
  readonly settings: ReadonlyMap<string, FileSetting>;
  /** The file of the work tree, if the settings come from a commit. */
  readonly own?: ReadonlyMap<string, FileSetting>;
  /** True if the user chose the file with `--config` or `--settings-from`. */
  readonly isPinned: boolean;
  readonly findings: readonly Finding[];
  /** The chosen target. */
  readonly target?: Target | undefined;
}

/** Reads the settings file. A file that was named must exist; osac.yml in the directory is optional. */
async function readFileSettings(
  typed: ReadonlyMap<OptionName, GivenSetting>,
  directory: string,
  cwd: string,
): Promise<ChosenSettings> {
  const [config, from] = [typed.get("config"), typed.get("settingsFrom")?.texts[0]];
  const name = config?.texts[0] ?? join(directory, "osac.yml");
  const path = resolve(cwd, name);
  const own = await readSettingsFile(path, name, config !== undefined);
  const at = { directory: resolve(cwd, directory), path, name };
  const found = from ? await readSettingsAt(from, at) : own;
  if (!found && config) throw noSettingsFileError(config.source.name, name);
  const isPinned = [config, from].some((one) => one !== undefined);
  const findings = own ? unmergedFindings(from, found, name) : await unreadFileFindings(path, cwd);
  const [inForce, ownFile] = [found, own].map((file) => file ?? none) as [SettingsFile, SettingsFile];
  const chosen = { base: dirname(path), inForce, settings: inForce.settings, isPinned, findings };
  return from ? { ...chosen, own: ownFile.settings, ownFile } : chosen;
}

/**
 * Adds the settings of the target that the run is about. Refuses a run without a target if there are several
 * clusters.
 */
function chooseTarget(
  file: ChosenSettings,
  typed: ReadonlyMap<OptionName, GivenSetting>,
  request: Request,
): ChosenSettings {
  const { inForce, ownFile: own } = file;
  const named = typed.get("target");
  if (named === undefined) {
    const isAsked = request.options.some((name) => name === "url" || name === "layers");
    if (isAsked) refuseUnchosenTarget(inForce, { takesMany: request.options.includes("targetSelection") });
    return file;
  }
  const name = named.texts[0]!;
  const target = findTarget(inForce, name, named.source.name);
  const settings = mergeTarget(inForce.settings, target);
  if (!own) return { ...file, settings, target };
  // Nothing of a target that the files remove is compared with the settings of all targets.
  if (isRemoved({ ...file, target })) return { ...file, settings, own: settings, target };
  return { ...file, settings, target, own: mergeTarget(own.settings, own.targets.get(name)) };
}

function isRemoved({ target, ownFile }: ChosenSettings): boolean {
  return target !== undefined && ownFile !== undefined && !ownFile.targets.has(target.name);
}

function listTargets({ targets, settings: shared }: SettingsFile): Settings["targets"] {
  return [...targets.values()].map((target) => {
    const { name, group, labels, settings: own } = target;
    const settings = mergeTarget(shared, target);
    return {
      name,
      group,
      labels,
      url: own.get("cluster.url")?.texts[0],
      urlAt: own.get("cluster.url")?.at,
      layers: (settings.get("layers")?.texts ?? ["."]).map(normalizeFolder),
      isShared: settings.get("cluster.shared")?.texts[0] === "true",
    };
  });
}

/** Explains why a run may lack the address or certificate authority of the cluster. */
function unmergedFindings(
  reference: string | undefined,
  inForce: SettingsFile | undefined,
  name: string,
): Finding[] {
  if (!reference || inForce) return [];
  return [
    makeFinding("settings-not-merged", {
      message: `--settings-from ${reference} has no ${name}: no setting of that file counts in this run`,
      hint: "merge the file first, or pass the settings that the run needs with flags or OSAC_… variables",
    }),
  ];
}

/** Notices an osac.yml in the working directory, whose settings the user may expect to count. */
async function unreadFileFindings(path: string, cwd: string): Promise<Finding[]> {
  const beside = join(cwd, "osac.yml");
  if (path === beside || !(await isThere(beside))) return [];
  return [
    makeFinding("settings-not-read", {
      message:
        "osac.yml in the working directory does not count: osac reads the one in the directory of the files",
      hint: "to use it, move it there or pass --config osac.yml",
    }),
  ];
}

const none: SettingsFile = { settings: new Map(), targets: new Map(), order: [] };

function noSettingsFileError(source: string, name: string): OsacError {
  return failure("input", "no-settings-file", `${source}: there is no file ${JSON.stringify(name)}`);
}

/** Reads the settings file from a commit; undefined if the commit has none. */
async function readSettingsAt(
  reference: string,
  { directory, path, name }: { readonly directory: string; readonly path: string; readonly name: string },
): Promise<SettingsFile | undefined> {
  const { readFileAt } = await import("../git/file-at.ts");
  const text = await readFileAt(reference, directory, relative(directory, path));
  if (text === undefined) return undefined;
  const beside = relative(directory, dirname(path));
  return parseSettings(text, name, async (file) => readFileAt(reference, directory, join(beside, file)));
}

function readFromFile(
  names: readonly OptionName[],
  { base, settings, own = settings, isPinned }: ChosenSettings,
): Map<OptionName, GivenSetting> {
  const given = new Map<OptionName, GivenSetting>();
  for (const name of names) {
    const { key, isContent }: Option<unknown> = options[name];
    const setting = key === undefined ? undefined : (isContent ? own : settings).get(key);
    if (key === undefined || !setting) continue;
    const { texts, value, at, locate, isShared } = setting;
    const source = { name: key, base, at, locate, isShared };
    given.set(name, { texts, rank: fileRank, source, file: { value, source, isPinned } });
  }
  return given;
}

/** Formats the place of a setting for messages about its effects. */
function formatSource({ name, at }: Source): string {
  return at ? `${at.file}:${at.line}` : name;
}

/** Reads the value of a setting, combined with that of osac.yml if the type can combine them. */
function readJoined(
  option: Option<unknown>,
  one: GivenSetting,
  below: GivenSetting | undefined,
  problems: Finding[],
): unknown {
  const value = readValue(option, one, problems);
  if (!option.type.combine || !below || below === one) return value;
  const file = readValue(option, below, problems);
  return value === undefined || file === undefined ? undefined : option.type.combine(file, value);
}

/** Lists the settings from flags and variables; the next run reads osac.yml itself. */
function listTyped(given: ReadonlyMap<OptionName, GivenSetting>): Choice[] {
  return [...given].flatMap(([name, { texts, rank }]) => {
    const { flag, planned }: Option<unknown> = options[name];
    if (flag === undefined || rank === fileRank) return [];
    return [{ name, flag, texts, isTyped: rank === flagRank, isPlanned: planned !== undefined }];
  });
}

function readValue(
  option: Option<unknown>,
  { texts, source, file }: GivenSetting,
  problems: Finding[],
): {} | undefined {
  try {
    if (file && option.type.readFile) return option.type.readFile(file.value, file.source);
    if (texts.includes("")) throw failure("input", "empty-value", `${source.name}: the value is empty`);
    return option.type.read(texts, source);
  } catch (error) {
    if (!(error instanceof OsacError)) throw error;
    for (const finding of error.findings) problems.push(finding);
    return undefined;
  }
}

const targetVariable = new RegExp(
  `^OSAC_TARGET_[A-Z0-9_]+_(?:${targetOptions.map((name) => (options[name] as Option<unknown>).env!.slice("OSAC_".length)).join("|")})$`,
);

/** Matches the variables of an export, whose names contain HASH or a resource type. */
const exported = new RegExp(`^OSAC_(?:HASH|${kindNames.map((kind) => kind.toUpperCase()).join("|")})_`);

/** Returns findings for unknown variables with the prefix of osac, which are most likely misspelt. */
function unknownVariableFindings(env: Environment): Finding[] {
  const known = Object.values(options).flatMap((option: Option<unknown>) => option.env ?? []);
  return Object.keys(env)
    .filter(
      (name) =>
        name.startsWith("OSAC_") &&
        !known.includes(name) &&
        !exported.test(name) &&
        !targetVariable.test(name),
    )
    .toSorted()
    .map((name) => {
      const close = findNearest(name, known);
      return makeFinding("unknown-variable", {
        message: `the environment has ${name}, which is no setting of osac`,
        hint: close && `did you mean ${close}?`,
      });
    });
}
