import { join, relative } from "node:path";
import type { Place } from "../model/finding.ts";
import { plainLayering, type Layer, type Layering, type Variable } from "../model/layers.ts";
import { layerList, variableMap } from "./layer-types.ts";
import { readSettingsFile, type FileSetting } from "./settings-file.ts";
import type { Settings } from "./settings.ts";
import { mergeTarget } from "./targets.ts";

/**
 * Finds the layering of the directory of a run, or of an older copy of it. An older osac.yml of a plain
 * directory is not read, because it may have settings that osac no longer knows.
 */
export async function findLayering(path: string, settings: Settings): Promise<Layering> {
  if (path === settings.directory) return makeLayering(settings);
  return settings.layers || settings.variables ? readOwnLayering(path, settings.target) : plainLayering;
}

/** Reads the layering of a target from the osac.yml in a directory; it may lack the target. */
async function readOwnLayering(directory: string, target: string | undefined): Promise<Layering> {
  const file = await readSettingsFile(join(directory, "osac.yml"), "osac.yml", false);
  if (!file) return plainLayering;
  const settings = mergeTarget(file.settings, target === undefined ? undefined : file.targets.get(target));
  const [layers, variables] = [settings.get("layers"), settings.get("variables")];
  if (!layers && !variables) return plainLayering;
  return {
    layers: findLayers(settings, directory),
    variables: variables ? readVariables(variables, directory) : new Map<string, Variable>(),
  };
}

/** Reads the layers of all targets of the osac.yml in a directory. */
export async function readOwnLayers(directory: string): Promise<readonly Layer[]> {
  const file = await readSettingsFile(join(directory, "osac.yml"), "osac.yml", false);
  const all = file ? [file.settings, ...[...file.targets.values()].map(({ settings }) => settings)] : [];
  const named = all.flatMap((settings) => settings.get("layers") ?? []);
  return [...plainLayering.layers, ...named.flatMap((setting) => readLayers(setting, directory))];
}

/** Reads the layers of the settings of a file. */
export function findLayers(settings: ReadonlyMap<string, FileSetting>, base: string): readonly Layer[] {
  const named = settings.get("layers");
  return named ? readLayers(named, base) : plainLayering.layers;
}

function readLayers(setting: FileSetting, base: string): readonly Layer[] {
  return layerList.readFile!(setting.value, { ...setting, name: "layers", base });
}

function readVariables(setting: FileSetting, base: string): ReadonlyMap<string, Variable> {
  return variableMap.readFile!(setting.value, { ...setting, name: "variables", base });
}

/** Returns how the files of a run become one set of entities. */
export function makeLayering({ layers, variables, directory, config }: Settings): Layering {
  if (!layers && !variables) return plainLayering;
  const folder = config === undefined ? "" : relative(directory, join(config, ".."));
  const place = <T extends { readonly at?: Place | undefined }>(one: T): T =>
    one.at ? { ...one, at: { ...one.at, file: join(folder, one.at.file) } } : one;
  return {
    layers: (layers ?? plainLayering.layers).map(place),
    variables: new Map([...(variables ?? [])].map(([name, one]) => [name, place(one)])),
  };
}
