import type { AccessBasis } from "../engine/load-access.ts";
import { OsacError } from "../errors.ts";
import { loadDirectory } from "../files/load-directory.ts";
import { makePlaceholderRules } from "../files/placeholders/sources.ts";
import { createLocator } from "../files/yaml/locate.ts";
import type { Directory } from "../model/entity.ts";
import { placeWithin } from "../report/findings-text.ts";
import { findLayering } from "../settings/read-layering.ts";
import type { Settings } from "../settings/settings.ts";
import { isSameValue } from "../value/equal.ts";
import { valueAt } from "../value/path.ts";
import type { Io } from "./io.ts";

/**
 * Adds the places of entries that the files of the directory have, too, to what osac read from a cluster. An entry
 * that the files have otherwise has no place.
 */
export async function addPlaces(basis: AccessBasis, settings: Settings, io: Io): Promise<AccessBasis> {
  const directory = await loadIfThere(settings, io);
  if (directory === undefined) return basis;
  const locate = createLocator(directory.path);
  return {
    ...basis,
    locate: ({ kind, name, pointer }) => {
      const declared = directory.kinds.get(kind)?.get(name);
      const entry = declared && valueAt(declared.body, pointer);
      if (entry === undefined || !isSameValue(entry, valueAt(basis.documents.get(kind)?.get(name), pointer)))
        return undefined;
      return placeWithin(locate(declared!, pointer), settings.directoryName);
    },
  };
}

/** The places are an addition: files that osac cannot read do not matter here. */
async function loadIfThere(settings: Settings, { env }: Io): Promise<Directory | undefined> {
  const { directory } = settings;
  try {
    const rules = makePlaceholderRules({ ...settings, secrets: "opaque" });
    return await loadDirectory(directory, { env, rules, layering: await findLayering(directory, settings) });
  } catch (error) {
    if (error instanceof OsacError) return undefined;
    throw error;
  }
}
