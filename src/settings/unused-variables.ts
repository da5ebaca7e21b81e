import { makeFinding } from "../errors.ts";
import { listFiles } from "../files/list-files.ts";
import { usesVariable } from "../files/placeholders/fill-variables.ts";
import { readOwnText } from "../files/read-file.ts";
import type { Finding } from "../model/finding.ts";
import { makeLayering } from "./read-layering.ts";
import type { Settings } from "./settings.ts";

/**
 * Finds variables of all targets that no file of any layer of any target uses. One target alone cannot tell, because
 * it need not use what all targets share.
 */
export async function findUnusedShared(settings: Settings): Promise<Finding[]> {
  const shared = [...(makeLayering(settings).variables ?? [])].filter(([, { isShared }]) => isShared);
  if (shared.length === 0) return [];
  const folders = new Set(settings.targets.flatMap(({ layers }) => layers));
  const { files } = await listFiles(
    settings.directory,
    [...folders].map((folder) => ({ folder })),
  );
  const contents = await Promise.all(
    [...files.values()].flat().map(async (file) => readOwnText(settings.directory, file)),
  );
  // A file that cannot be read is an error of its own.
  const texts = contents.flatMap((content) => ("text" in content ? [content.text] : []));
  return shared
    .filter(([name]) => !texts.some((text) => usesVariable(text, name)))
    .map(([name, { at }]) =>
      makeFinding("unused-variable", {
        message: `no file of any target uses \${var.${name}}`,
        hint: "remove the variable, or correct its name",
        at,
      }),
    );
}
