import { failure, type OsacError } from "../errors.ts";
import { findNearest } from "../value/nearest.ts";
import { listNames } from "../value/list-names.ts";
import { options, type Option, type OptionName } from "./options.ts";
import { makeTargetPrefix, type FileSetting, type SettingsFile, type Target } from "./settings-file.ts";

/** Settings that belong to one cluster: a target reads them from variables of its own. */
export const targetOptions: readonly OptionName[] = [
  "url",
  "username",
  "password",
  "passwordFile",
  "token",
  "tokenFile",
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
  if (!target || !targetOptions.includes(name)) return [env];
  const own = env.replace("OSAC_", makeTargetPrefix(target));
  return isOneOfMany ? [own] : [own, env];
}

/** The most names that a message lists. */
const namesMax = 10;

/** Finds a target by its name. Throws an `OsacError` for an unknown name. */
export function findTarget(file: SettingsFile, name: string, source: string): Target {
  const found = file.targets.get(name);
  if (found) return found;
  throw unknownTargetError(`${source}: there is no target ${JSON.stringify(name)}`, name, [
    ...file.targets.keys(),
  ]);
}

/** Makes the error for a name of a target, group or label that the settings file does not have. */
function unknownTargetError(message: string, name: string, known: readonly string[]): OsacError {
  const close = findNearest(name, known);
  const list = known.length === 0 ? "osac.yml has none" : `there are ${listNames(known, namesMax)}`;
  return failure("input", "unknown-target", message, { hint: close ? `did you mean ${close}?` : list });
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
