import type { FindingCode, Severity } from "../codes.ts";
import type { KindName } from "./kind-name.ts";

/** A place in a file. Line and column count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One thing found wrong, or worth knowing. Errors refuse, warnings and notices do not. */
export interface Finding {
  /** Stable and kebab-case, for example `unknown-field`. */
  readonly code: FindingCode;
  readonly severity: Severity;
  readonly message: string;
  /** A hint: what to do. */
  readonly hint?: string | undefined;
  readonly at?: Place | undefined;
  readonly kind?: KindName | undefined;
  readonly name?: string | undefined;
  /** The REST API would refuse the entity: a warning offline, an error in a plan that has to send it. */
  readonly refusedByServer?: true | undefined;
  /** The first version whose REST API refuses it, for example `3.4`; every supported one if absent. */
  readonly since?: string | undefined;
  /** It refuses it only beside an entity of this kind and the same name that the cluster has already. */
  readonly beside?: KindName | undefined;
  /** The one field it would refuse, so that a change of others can still be sent. */
  readonly field?: string | undefined;
  /** The servers that it is about, where it is not about all: a plan for another server leaves it out. */
  readonly servers?: Versions | undefined;
  /**
   * The first version that takes it, and then lets people do more, or less, than anybody wrote: an error in a plan that
   * has to send it.
   */
  readonly harmfulSince?: string | undefined;
  /** The part that refuses, if the error is not bad input. It determines the exit code. */
  readonly refusedBy?: "guard" | "lockout" | "stale" | undefined;
}

/** A server's version. */
export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/** A range of versions: from the first one on, up to the first one that is no longer meant. */
export interface Versions {
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

/** The servers that cannot load their configuration any more, once they hold a thing. */
export interface Unloadable extends Versions {
  /** A further condition. */
  readonly onceThat?: string;
  /** The behaviour of servers of other versions. */
  readonly others?: string;
}

/** A finding before it has a place: `pointer` is a JSON pointer below the entity, "" the entity itself. */
export interface LintFinding extends Omit<Finding, "at" | "kind" | "name"> {
  readonly pointer: string;
  readonly unloadable?: Unloadable;
}
