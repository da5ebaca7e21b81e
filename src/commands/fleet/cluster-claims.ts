import { OsacError, failure, makeFinding } from "../../errors.ts";
import type { TargetNote } from "../../settings/settings.ts";

interface Claim {
  readonly name: string;
  readonly isShared: boolean;
}

/** Remembers which target is which cluster, so that both targets of one cluster are refused. */
export class ClusterClaims {
  readonly #claims = new Map<string, Claim[]>();

  /** Remembers the cluster of a target. Throws if another target has it, unless both allow that. */
  claim(name: string, uuid: string, isShared: boolean): void {
    const claims = this.#claims.get(uuid) ?? [];
    if (!claims.some((one) => one.name === name)) this.#claims.set(uuid, [...claims, { name, isShared }]);
    const error = this.findError(name);
    if (error) throw error;
  }

  /** Returns the error of a target whose cluster another target has claimed as well. */
  findError(name: string): OsacError | undefined {
    for (const claims of this.#claims.values()) {
      const own = claims.find((one) => one.name === name);
      const other = own && claims.find((one) => one !== own && !(one.isShared && own.isShared));
      if (other) return sameClusterError(claims.filter((one) => one === own || one === other));
    }
    return undefined;
  }
}

/** Two plans for one cluster would undo each other at every run. */
function sameClusterError(claims: readonly Claim[]): OsacError {
  const names = claims.map(({ name }) => name).toSorted();
  const message = `the targets ${names.join(" and ")} are the same cluster`;
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
      throw failure("input", "same-cluster", message, { hint, at: target.urlAt });
    }
    if (url !== undefined) first.set(url, target);
  }
}
