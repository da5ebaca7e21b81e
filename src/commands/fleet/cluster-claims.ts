import { OsacError, failure, makeFinding } from "../../errors.ts";
import type { TargetNote } from "../../settings/settings.ts";

/** Remembers which target is which cluster. Throws if two targets are one cluster, unless both allow it. */
export class ClusterClaims {
  readonly #claims = new Map<string, { readonly name: string; readonly isShared: boolean }>();

  claim(name: string, uuid: string, isShared: boolean): void {
    const first = this.#claims.get(uuid);
    if (!first) this.#claims.set(uuid, { name, isShared });
    else if (first.name !== name && !(first.isShared && isShared)) throw sameClusterError(first.name, name);
  }
}

/** Two plans for one cluster would undo each other at every run. */
function sameClusterError(first: string, name: string): OsacError {
  const message = `the targets ${first} and ${name} are the same cluster`;
  return new OsacError("guard", [makeFinding("same-cluster", { message, hint, refusedBy: "guard" })]);
}

const hint = "correct the address of one, or set cluster.shared: true for both";

/** Refuses targets with one address before any request. */
export function refuseSameAddresses(targets: readonly TargetNote[]): void {
  const first = new Map<string, TargetNote>();
  for (const target of targets) {
    const url = target.url?.replace(/\/+$/, "").toLowerCase();
    const other = url === undefined ? undefined : first.get(url);
    if (other && !(other.isShared && target.isShared)) {
      const message = `the targets ${other.name} and ${target.name} have the same address, ${target.url}`;
      throw failure("input", "same-cluster", message, { hint });
    }
    if (url !== undefined) first.set(url, target);
  }
}
