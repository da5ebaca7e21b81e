import type { Change, KindName } from "../../model.ts";
import type { Turn } from "../documents.ts";
import type { Verdict } from "../verdict.ts";

/** A link of the chain from login to REST API that a change breaks, for certain or perhaps. */
export interface Loss {
  readonly verdict: Exclude<Verdict, "yes">;
  readonly change: Change;
  /** What the change does, as the second half of a sentence about it. */
  readonly why: string;
  readonly hint: string;
}

/** The change of an entity, if there is one. */
export function changeOf({ changes }: Turn, kind: KindName, name: string | undefined): Change | undefined {
  return changes.find((change) => change.kind === kind && change.name === name);
}
