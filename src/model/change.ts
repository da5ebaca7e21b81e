import type { Place } from "./finding.ts";
import type { KindName } from "./kind-name.ts";
import type { Body, Operation } from "./value.ts";

/** One entity to write. Plain data, so that a plan can be printed, hashed and stored. */
export type Change = {
  readonly kind: KindName;
  readonly name: string;
  readonly at?: Place | undefined;
  /** Paths of ignored fields. osac neither writes nor compares them. */
  readonly ignored?: readonly (readonly string[])[] | undefined;
} & (
  | { readonly action: "create"; readonly after: Body }
  | { readonly action: "update"; readonly before: Body; readonly after: Body }
  | {
      readonly action: "delete";
      readonly before: Body;
      /** The commit that removed the entity from the files, if it proves the deletion. */
      readonly declaredUntil?: string | undefined;
    }
);

/** One PATCH: all or nothing. */
export interface PatchRequest {
  readonly kind: KindName;
  readonly changes: readonly Change[];
  /** One list for each of the changes. */
  readonly operations: readonly (readonly Operation[])[];
  /**
   * True if the request creates the entities empty, so that others can refer to them. A later request fills
   * them.
   */
  readonly isStub: boolean;
}

/** A request with the states of its entities before and after it. */
export interface Step extends PatchRequest {
  /** The changes of this request. An entity that an earlier request created empty has an update here. */
  readonly ends: readonly Change[];
}

/** The PATCH that reverts another one. */
export interface InversePatch {
  readonly kind: KindName;
  /** Empty if osac could not read any value from before. */
  readonly operations: readonly Operation[];
  /** Values that the inverse cannot restore, because osac could not read them: hashes, redacted secrets. */
  readonly lost: readonly LostValue[];
}

/** A value that osac cannot restore. */
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
  /** True if the server is known to be unable to load the content; false if it may be. */
  readonly isKnown: boolean;
  readonly why: string;
}

/** A live entity compared with both ends of a change. */
export interface WriteState {
  readonly matchesBefore: boolean;
  readonly matchesAfter: boolean;
}
