/**
 * What drift tells apart: the cluster moved, the files did, both did, nobody can tell who, what is declared and became the
 * server's own (`skipped`), and what no file declares.
 */
export const driftKinds = ["live", "files", "both", "unknown", "skipped", "unmanaged"] as const;

/** The differences that `--fail-on` may name. */
export type DriftKind = (typeof driftKinds)[number];

/** The reason why an entity differs. */
export type DriftCause = Exclude<DriftKind, "skipped" | "unmanaged">;

/** The number of entities by difference, and the differences that cause exit code 2. */
export interface DriftCounts {
  readonly counts: Readonly<Record<DriftKind, number>>;
  readonly failOn: readonly DriftKind[];
}
