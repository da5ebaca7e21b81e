import { kinds } from "../kinds/index.ts";
import type { Change, Directory, Finding, KindName, LiveEntity, LiveKind } from "../model.ts";

type Live = ReadonlyMap<KindName, LiveKind>;

/** What the server would refuse is an error for an entity that has to be sent, and a warning for any other. */
export function judgeFindings(findings: readonly Finding[], changes: readonly Change[]): Finding[] {
  const sent = new Set(
    changes.flatMap(({ action, kind, name }) => (action === "delete" ? [] : [`${kind}/${name}`])),
  );
  return findings.map((finding) =>
    finding.refusedByServer && sent.has(`${finding.kind}/${finding.name}`)
      ? { ...finding, severity: "error" }
      : finding,
  );
}

/** Changes that belong to an entity which REST may not write: the mapping of such a role cannot be written either. */
export function guardedChanges(changes: readonly Change[], live: Live): Finding[] {
  return changes.flatMap(({ kind, name, at }) => {
    const owner = kinds[kind].references(name, {}).find(({ pointer }) => pointer === "");
    if (!owner || entityOf(live, owner.kind, name)?.builtIn !== "restapi:admin") return [];
    const message = "REST cannot change it: its role holds a permission of restapi:admin/";
    const hint = "change it with securityadmin.sh, and keep the file as it is there";
    return [
      { code: "rest-admin-permission", severity: "error", message, hint, kind, name, ...(at ? { at } : {}) },
    ];
  });
}

/** Deleted entities whose namesakes of an unmanaged kind stay behind and point to nothing. */
export function leftBehind(
  changes: readonly Change[],
  { kinds: declared }: Directory,
  live: Live,
): Finding[] {
  const deleted = changes.filter(({ action }) => action === "delete");
  return deleted.flatMap(({ kind, name }) =>
    Object.values(kinds)
      .filter((other) => !declared.has(other.name) && entityOf(live, other.name, name) !== undefined)
      .filter((other) =>
        other.references(name, {}).some((owner) => owner.kind === kind && owner.pointer === ""),
      )
      .map((other) => ({
        code: "mapping-left-behind",
        severity: "warning",
        message: `${other.name}/${name} stays and points to nothing, because ${other.name} is unmanaged`,
        hint: `declare ${other.file}, or delete ${name} there by hand; a mapping without its role cannot be changed`,
        kind,
        name,
      })),
  );
}

function entityOf(live: Live, kind: KindName, name: string): LiveEntity | undefined {
  const answer = live.get(kind);
  return answer?.readable ? answer.entities.get(name) : undefined;
}
