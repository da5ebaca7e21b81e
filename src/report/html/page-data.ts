/**
 * The data of the page, as its script reads it. All texts are printable, so the script only shows them.
 *
 * A matrix of 500 × 1,000 has half a million cells but few different reasons: a cell is the number of its
 * reason, and a reason is a list of numbers of lines.
 */
export interface PageData {
  readonly title: string;
  /** What the matrix was computed from. */
  readonly basis: readonly string[];
  /** Who gains or loses access by the plan; absent without a plan. */
  readonly changes?: readonly ChangeLine[] | undefined;
  readonly principals: readonly string[];
  readonly columns: readonly PageColumn[];
  readonly lines: readonly string[];
  readonly reasons: readonly Reason[];
  /** For each principal runs of equal cells: the number of the reason, and how many columns have it. */
  readonly rows: readonly (readonly number[])[];
  /** The rows before the plan; absent without a plan. */
  readonly before?: readonly (readonly number[])[] | undefined;
}

interface ChangeLine {
  readonly text: string;
  readonly isDangerous: boolean;
}

interface PageColumn {
  readonly kind: "security" | "index" | "tenant" | "cluster";
  readonly name: string;
  /** The index name for which the answers were computed. */
  readonly example?: string | undefined;
}

/** Why a principal has the access of a cell. */
export interface Reason {
  readonly rank: Rank;
  /** The word in the cell. */
  readonly text: string;
  /** The same, where it depends on the principal. */
  readonly example?: string | undefined;
  /** Numbers of lines. The first character of a line is its kind, see `lineKinds`. */
  readonly lines: readonly number[];
}

/** The colour of a cell, and its place in the order of levels. */
export type Rank = "none" | "part" | "read" | "write" | "manage" | "everything" | "unknown";

/** Kinds of lines: a level that is permitted, denied or unknown; an action; an entry of its chain. */
export type LineKind = "+" | "-" | "?" | ":" | " ";
