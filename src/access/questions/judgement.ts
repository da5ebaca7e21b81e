import type { Decision, Restrictions } from "../effective/index.ts";

/** The levels of access, from the weakest to the strongest. */
export type MatrixLevel = "read" | "write" | "manage" | "everything";

/** The answer to one probe. */
export interface ProbeAnswer {
  readonly level: MatrixLevel;
  /** The operation or action; `indices:*` for all. */
  readonly what: string;
  readonly decision: Decision;
}

/** The access of one principal to one column, with the reasons. Columns share it if they have the same. */
export interface Judgement {
  /** The name of the highest level, if it has one of its own. */
  readonly word?: string | undefined;
  /** The levels that the principal has. */
  readonly levels: readonly MatrixLevel[];
  /** The levels of which osac does not know whether the principal has them. */
  readonly open: readonly MatrixLevel[];
  /** It has none of the levels, but this action. */
  readonly single?: ProbeAnswer | undefined;
  /** The index name for which osac computed the answers. */
  readonly example?: string | undefined;
  readonly restrictions?: Restrictions | undefined;
  readonly answers: readonly ProbeAnswer[];
}
