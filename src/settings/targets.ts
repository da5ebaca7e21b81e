import { join, parse } from "node:path";
import { failure, type OsacError } from "../errors.ts";
import { findNearest } from "../value/nearest.ts";
import { listNames } from "../value/list-names.ts";
import type { GivenSetting } from "./given-setting.ts";
import { options, type Option, type OptionName } from "./options.ts";
import { makeTargetPrefix, type FileSetting, type SettingsFile, type Target } from "./settings-file.ts";
import type { Environment } from "../model/environment.ts";

/** Settings that belong to one cluster: a target reads them from variables of its own. */
export const targetOptions: readonly OptionName[] = [
  "url",
  "username",
  "password",
  "passwordFile",
  "token",
  "tokenFile",
  "awsProfile",
  "clientCert",
  "clientKey",
  "caCert",
  "recoveryCert",
  "recoveryKey",
];

/** Lists the variables of a setting; that of the target comes first, and is the only one if it is one of many. */
export function listVariables(
  name: OptionName,
  target: string | undefined,
  isOneOfMany = false,
): readonly string[] {
  const { env }: Option<unknown> = options[name];
  if (env === undefined) return [];
  const own = formatOwnVariable(name, target);
  if (own === undefined) return [env];
  return isOneOfMany ? [own] : [own, env];
}

/** The logins of a run: each comes from the target's own variables, or from the usual ones, and never from both. */
const logins: readonly (readonly OptionName[])[] = [
  ["username", "password", "passwordFile", "token", "tokenFile", "auth", "clientCert", "clientKey"],
  ["recoveryCert", "recoveryKey"],
];

/** Finds the variable that sets an option; undefined if none does. */
export function findVariable(
  name: OptionName,
  env: Environment,
  {
    target,
    isOneOfMany,
  }: { readonly target: string | undefined; readonly isOneOfMany?: boolean | undefined },
): string | undefined {
  const login = logins.find((one) => one.includes(name)) ?? [];
  const hasOwnLogin = login.some((one) => env[formatOwnVariable(one, target) ?? ""]);
  // The user of one cluster with the password of another would be a login that nobody meant.
  if (hasOwnLogin) return [formatOwnVariable(name, target) ?? ""].find((one) => env[one]);
  return listVariables(name, target, isOneOfMany).find((one) => env[one]);
}

/** Returns the variable of a target; undefined for an option that a target has no variable for. */
function formatOwnVariable(name: OptionName, target: string | undefined): string | undefined {
  const { env }: Option<unknown> = options[name];
  return target && targetOptions.includes(name) ? env?.replace("OSAC_", makeTargetPrefix(target)) : undefined;
}

/** The most names that a message lists. */
const namesMax = 10;

/** Finds a target by its name. Throws an `OsacError` for an unknown name. */
export function findTarget(file: SettingsFile, name: string, source: string): Target {
  const found = file.targets.get(name);
  if (found) return found;
  const message = `${source}: there is no target ${JSON.stringify(name)}`;
  if (isSelection(name))
    throw failure("input", "unknown-target", message, {
      hint: `${source} is one name; for several targets, pass --targets ${name}`,
    });
  throw unknownTargetError(message, name, [...file.targets.keys()]);
}

/** Returns true for what `--targets` takes, and no target is called. */
function isSelection(text: string): boolean {
  return text === "all" || /^group:|[=,]/.test(text);
}

/**
 * Makes the error for a name of a target, group or label that the settings file does not have.
 *
 * @param withoutAny the hint if it has none at all
 */
export function unknownTargetError(
  message: string,
  name: string,
  known: readonly string[],
  withoutAny = "pass a directory whose osac.yml declares targets",
): OsacError {
  const close = findNearest(name, known);
  const list = known.length === 0 ? withoutAny : `there are ${listNames(known, namesMax)}`;
  return failure("input", "unknown-target", message, { hint: close ? `did you mean ${close}?` : list });
}

/** Inserts the name of a target into the name of a file: `drift.prom` becomes `drift.eu-1.prom`. */
export function insertName(path: string, name: string): string {
  const { dir, name: base, ext } = parse(path);
  return join(dir, `${base}.${name}${ext}`);
}

/** Returns the settings of a target: its own, and those of all targets that it does not set. */
export function mergeTarget(
  shared: ReadonlyMap<string, FileSetting>,
  target: Target | undefined,
): ReadonlyMap<string, FileSetting> {
  if (!target) return shared;
  const merged = new Map([...shared, ...target.settings]);
  const [below, own] = [shared.get("variables"), target.settings.get("variables")];
  if (below) merged.set("variables", mergeVariables(below, own));
  return merged;
}

/** A target adds variables to those of all targets, which it does not have to use. */
function mergeVariables(shared: FileSetting, own: FileSetting | undefined): FileSetting {
  const isOwn = (field: string): boolean => Object.hasOwn((own?.value ?? {}) as object, field);
  return {
    texts: [...shared.texts, ...(own?.texts ?? [])],
    value: { ...(shared.value as object), ...(own?.value as object | undefined) },
    at: (own ?? shared).at,
    locate: (pointer) => (own && isOwn(pointer.split("/")[1]!) ? own : shared).locate(pointer),
    isShared: (field) => !isOwn(field),
  };
}

/**
 * Refuses an address that is not the one of the target, unless it comes from the target's own variable: the files
 * of one target would go to the cluster of another.
 *
 * @param one the address in force
 * @param filed the address in the settings file
 */
export function refuseOtherCluster(
  one: GivenSetting | undefined,
  filed: GivenSetting | undefined,
  target: string | undefined,
): void {
  if (!one || !filed || one === filed || target === undefined) return;
  const own = formatOwnVariable("url", target);
  const [given, named] = [one, filed].map(({ texts, source }) => options.url.type.read(texts, source));
  if (one.source.name === own || given === named) return;
  throw failure(
    "input",
    "other-cluster",
    `${one.source.name} is ${given}, and the target ${target} is the cluster at ${named}`,
    {
      hint: `leave out ${one.source.name}; for another address of the same cluster, such as a tunnel, set ${own}`,
    },
  );
}

/** Refuses a run that does not say which of several clusters it is about. */
export function refuseUnchosenTarget(
  { targets }: SettingsFile,
  command: { readonly takesMany: boolean },
): void {
  if (targets.size === 0) return;
  const names = [...targets.keys()];
  const many = command.takesMany ? ", or --targets all" : "";
  throw failure("input", "no-target", "osac.yml has targets, and the command names none of them", {
    hint: `pass --target ${names[0]}${many}; there are ${listNames(names, namesMax)}`,
  });
}
