/**
 * The kinds of differences. `live`, `files`, `both`: this side changed since the base. `unknown`: there is no
 * base. `skipped`: the declared entity is built-in. `unmanaged`: no file declares the entity. `escalation`: the
 * cluster lets somebody administer, or lacks a protection, unlike the files.
 */
export const driftKinds = ["live", "files", "both", "unknown", "skipped", "unmanaged", "escalation"] as const;

/** The differences that `--fail-on` may name. */
export type DriftKind = (typeof driftKinds)[number];

/** The reason why an entity differs. */
export type DriftCause = Exclude<DriftKind, "skipped" | "unmanaged" | "escalation">;

/** The number of entities by difference, and the differences that cause exit code 2. */
export interface DriftCounts {
  readonly counts: Readonly<Record<DriftKind, number>>;
  readonly failOn: readonly DriftKind[];
}
