import { makeFinding } from "../errors.ts";
import { formatPointer, formatPath, valueAt } from "../value/path.ts";
import type { ClusterInfo } from "../model/cluster.ts";
import type { Directory, LeftOut } from "../model/entity.ts";
import type { Finding } from "../model/finding.ts";
import type { Plan } from "../model/plan.ts";
import { formatValue } from "../value/texts.ts";
import { createLocator } from "../files/yaml/locate.ts";

/** Finds declared values that the server does not support. The plan ignores them. */
export function notSupportedFindings({ path, kinds }: Directory, { notSent, cluster }: Plan): Finding[] {
  const locate = createLocator(path);
  return notSent.map(({ kind, name, ...left }) => {
    const entity = kinds.get(kind)!.get(name)!;
    const pointer = formatPointer(left.path);
    const value = left.isValue ? formatValue(valueAt(entity.body, pointer)) : undefined;
    return makeFinding("not-supported", {
      message: `${serverText(cluster)} ${reasonText(left, fieldText(left, pointer, value))}; osac does not send it`,
      hint: hintText(left),
      at: locate(entity, pointer),
      kind,
      name,
    });
  });
}

function serverText({ version, isVersionGuessed }: ClusterInfo): string {
  const number = `${version.major}.${version.minor}.${version.patch}`;
  return isVersionGuessed ? `the server, taken for ${number},` : `the server is ${number} and`;
}

function fieldText({ isValue }: LeftOut, pointer: string, value: string | undefined): string {
  return isValue
    ? `${value} in ${formatPath(pointer.slice(0, pointer.lastIndexOf("/")))}`
    : formatPath(pointer);
}

function reasonText({ since, until, forgottenSince }: LeftOut, field: string): string {
  if (since !== undefined) return `does not know ${field} (new in ${since})`;
  if (until !== undefined) return `does not know ${field} any more (gone in ${until})`;
  if (forgottenSince !== undefined) return `forgets ${field} (since ${forgottenSince})`;
  return `may know ${field}, but osac does not`;
}

function hintText({ since, until, forgottenSince }: LeftOut): string {
  if (since !== undefined) return `without effect until the server is ${since} or newer; or remove it`;
  return until === undefined && forgottenSince === undefined ? "upgrade osac" : "remove it: it has no effect";
}
