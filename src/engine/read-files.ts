import { OsacError } from "../errors.ts";
import { limitToKinds } from "../files/limit-kinds.ts";
import { loadDirectory, type LoadOptions } from "../files/load-directory.ts";
import { collectPausing } from "../files/pausing.ts";
import { contentSteps } from "../lint/check-directory.ts";
import type { Directory } from "../model/entity.ts";
import type { Finding } from "../model/finding.ts";
import type { KindName } from "../model/kind-name.ts";
import { isEntityError } from "../plan/refused-entities.ts";
import { limitFindings } from "../report/findings-text.ts";

/**
 * Reads and checks a directory, all but its references: those are judged with the cluster, which has entities that no
 * file declares. Throws everything found wrong, if any of it is an error.
 */
export async function load(path: string, env: Environment, options: LoadingOptions = {}): Promise<Directory> {
  const directory = await loadChecked(path, env, options);
  const { findings } = directory;
  if (findings.some(isError)) throw new OsacError("input", limitFindings(findings));
  return directory;
}

/** The same for a plan, which refuses single entities by name: only errors about more than one entity are thrown. */
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

type Environment = Readonly<Record<string, string | undefined>>;

type LoadingOptions = Omit<LoadOptions, "env"> & { readonly only?: readonly KindName[] | undefined };

async function loadChecked(
  path: string,
  env: Environment,
  { only, ...options }: LoadingOptions,
): Promise<Directory> {
  const loaded = await loadDirectory(path, { env, ...options });
  const found = await collectPausing(contentSteps(loaded));
  return limitToKinds({ ...loaded, findings: [...loaded.findings, ...found] }, only);
}

/** Only errors refuse a run. */
export function isError({ severity }: Finding): boolean {
  return severity === "error";
}
