import { OsacError, isError } from "../errors.ts";
import { limitToKinds } from "../files/limit-kinds.ts";
import { loadDirectory, type LoadOptions } from "../files/load-directory.ts";
import { checkContent, readSuppressions } from "../lint/check-directory.ts";
import { applySuppressions } from "../lint/suppressions.ts";
import type { Directory } from "../model/entity.ts";
import type { KindName } from "../model/kind-name.ts";
import { isEntityError } from "../plan/refused-entities.ts";
import { limitFindings } from "../report/findings-text.ts";
import type { Environment } from "../model/environment.ts";

/**
 * Reads and checks a directory, except for its references: these may name entities that only the cluster has.
 * Throws all findings if one of them is an error.
 */
export async function load(path: string, env: Environment, options: LoadingOptions = {}): Promise<Directory> {
  const directory = await loadChecked(path, env, options);
  const { findings } = directory;
  if (findings.some(isError)) throw new OsacError("input", limitFindings(findings));
  return directory;
}

/**
 * Reads and checks a directory for a plan. Throws only errors about more than one entity; the plan refuses
 * single entities itself.
 */
export async function loadForPlan(
  path: string,
  env: Environment,
  options: LoadingOptions,
): Promise<Directory> {
  const directory = await loadChecked(path, env, options);
  const { findings } = directory;
  if (findings.some((finding) => isError(finding) && !isEntityError(finding, directory)))
    throw new OsacError("input", limitFindings(findings));
  return directory;
}

type LoadingOptions = Omit<LoadOptions, "env"> & { readonly only?: readonly KindName[] | undefined };

async function loadChecked(
  path: string,
  env: Environment,
  { only, ...options }: LoadingOptions,
): Promise<Directory> {
  const loaded = await loadDirectory(path, { env, ...options });
  const content = await checkContent(loaded);
  const found = applySuppressions(content, readSuppressions(loaded), false);
  return limitToKinds({ ...loaded, findings: [...loaded.findings, ...found] }, only);
}
