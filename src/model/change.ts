import type { Place } from "./finding.ts";
import type { KindName } from "./kind-name.ts";
import type { Body, Operation } from "./value.ts";

/** One entity to write. Plain data, so that a plan can be printed, hashed and stored. */
export type Change = {
  readonly kind: KindName;
  readonly name: string;
  readonly at?: Place | undefined;
  /** Paths of fields that are left to somebody else: nothing is done to them, and what becomes of them means nothing. */
  readonly ignored?: readonly (readonly string[])[] | undefined;
} & (
  | { readonly action: "create"; readonly after: Body }
  | { readonly action: "update"; readonly before: Body; readonly after: Body }
  | {
      readonly action: "delete";
      readonly before: Body;
      /** The commit that gave it up, where that is what proves the deletion. */
      readonly declaredUntil?: string | undefined;
    }
);

/** One PATCH: all or nothing. */
export interface PatchRequest {
  readonly kind: KindName;
  readonly changes: readonly Change[];
  /** One list for each of the changes. */
  readonly operations: readonly (readonly Operation[])[];
  /** Creates the entities empty, so that others can refer to them at once; a later request fills them. */
  readonly isStub: boolean;
}

/** A request as it meets the cluster. */
export interface Step extends PatchRequest {
  /**
   * The changes by what each entity is before and after this very request: what a former request created empty is
   * updated by the one that fills it.
   */
  readonly ends: readonly Change[];
}

/** The PATCH that takes another one back. */
export interface InversePatch {
  readonly kind: KindName;
  /** None where nothing that was there before could be seen. */
  readonly operations: readonly Operation[];
  /** Values that the inverse cannot restore, because osac could not read them: hashes, redacted secrets. */
  readonly lost: readonly LostValue[];
}

/** A value that cannot be put back. */
export interface LostValue {
  readonly kind: KindName;
  readonly name: string;
  /** The fields that lead to it. */
  readonly path: readonly string[];
}

/** Two patches that together change nothing. */
export interface TrialPatches {
  readonly kind: KindName;
  readonly add: readonly Operation[];
  readonly remove: readonly Operation[];
}

/** An entity that a server may be unable to load. */
export interface Suspect {
  readonly change: Change;
  /** True for content that is known to do harm; false where it only looks like what does. */
  readonly isKnown: boolean;
  readonly why: string;
}

/** A live entity compared with both ends of a change. */
export interface WriteState {
  readonly matchesBefore: boolean;
  readonly matchesAfter: boolean;
}
