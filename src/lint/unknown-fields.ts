import { makeFinding } from "../errors.ts";
import { formatAddress } from "../kinds/address.ts";
import { kinds } from "../kinds/index.ts";
import { formatPointer, formatPath } from "../value/path.ts";
import { isSameValue } from "../value/equal.ts";
import type { Change } from "../model/change.ts";
import type { Directory, LiveEntity, LiveState } from "../model/entity.ts";
import type { Finding } from "../model/finding.ts";
import type { KindName } from "../model/kind-name.ts";

/**
 * Finds fields of declared entities that the cluster has and osac does not know, because the server is newer.
 */
export function unknownFieldFindings(
  { kinds: declared }: Directory,
  changes: readonly Change[],
  live: LiveState,
): Finding[] {
  const byEntity = new Map(changes.map((change) => [formatAddress(change), change]));
  return [...declared].flatMap(([kind, entities]) => {
    const answer = live.get(kind);
    if (!answer?.readable) return [];
    return [...answer.entities.values()]
      .filter(({ name, unknown }) => unknown !== undefined && entities.has(name))
      .flatMap((entity) =>
        entityFindings(kind, entity, byEntity.get(formatAddress({ kind, name: entity.name }))),
      );
  });
}

/** Makes notices of unknown fields in entities that osac writes to files. */
export function unknownFieldNotices(
  live: LiveState,
  isWritten: (kind: KindName, name: string) => boolean,
): Finding[] {
  return [...live].flatMap(([kind, answer]) =>
    answer.readable
      ? [...answer.entities.values()]
          .filter(({ name, unknown }) => unknown !== undefined && isWritten(kind, name))
          .map((entity) => makeNotice(kind, entity, "left out of the file, and left alone by plan and apply"))
      : [],
  );
}

function entityFindings(kind: KindName, entity: LiveEntity, change: Change | undefined): Finding[] {
  const lost = entity.unknown!.filter((path) => isReplaced(path, change));
  if (lost.length === 0) return [makeNotice(kind, entity, "neither compared nor changed")];
  const message = `the change would remove ${lost.map(formatFieldPath).join(", ")}, which osac does not know`;
  const hint = "upgrade osac, or make this change with a tool that knows the field";
  return [makeFinding("unknown-field-lost", { message, hint, kind, name: entity.name })];
}

/**
 * True if the change sends a list that holds the field again, without the field. No patch names whole fields
 * that osac does not know.
 */
function isReplaced([first = "", ...rest]: readonly string[], change: Change | undefined): boolean {
  if (change?.action !== "update" || kinds[change.kind].patchDepth !== "field" || rest.length === 0)
    return false;
  return !isSameValue(change.before[first], change.after[first]);
}

function makeNotice(kind: KindName, { name, unknown = [] }: LiveEntity, what: string): Finding {
  const fields = unknown.map(formatFieldPath).join(", ");
  return makeFinding("unknown-live-field", {
    message: `the cluster holds ${fields}, which osac does not know: ${what}`,
    kind,
    name,
  });
}

function formatFieldPath(path: readonly string[]): string {
  return formatPath(formatPointer(path));
}
