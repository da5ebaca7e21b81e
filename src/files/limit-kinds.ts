import { makeFinding } from "../errors.ts";
import { kinds } from "../kinds/index.ts";
import type { Directory } from "../model/entity.ts";
import type { Finding } from "../model/finding.ts";
import type { KindName } from "../model/kind-name.ts";

/**
 * Returns the directory with only some of its kinds, and the findings of those. A kind that has no file is an
 * error.
 */
export function limitToKinds(directory: Directory, only: readonly KindName[] | undefined): Directory {
  if (!only) return directory;
  const concerned = directory.findings.filter(({ kind }) => kind === undefined || only.includes(kind));
  const broken = new Set(directory.findings.map(({ kind }) => kind));
  const missing = only.filter((kind) => !directory.kinds.has(kind) && !broken.has(kind)).map(noFileFinding);
  return {
    ...directory,
    kinds: new Map([...directory.kinds].filter(([kind]) => only.includes(kind))),
    findings: [...concerned, ...missing],
  };
}

function noFileFinding(kind: KindName): Finding {
  const message = `the directory has no ${kinds[kind].file}, but --kinds names ${kind}`;
  return makeFinding("missing-file", {
    message,
    hint: "add the file, or remove the resource type from --kinds",
    kind,
  });
}
