import type { FindingCode, Severity } from "../codes.ts";
import type { KindName } from "./kind-name.ts";

/** A place in a file. Line and column count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** An error, a warning or a notice. Only errors refuse a run. */
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
  /** The server refuses the entity only if the cluster has an entity of this kind and the same name. */
  readonly beside?: KindName | undefined;
  /** The only field that the server refuses. Changes of other fields can still be sent. */
  readonly field?: string | undefined;
  /**
   * The versions of the server that the finding concerns; all if absent. A plan for another version drops the
   * finding.
   */
  readonly servers?: Versions | undefined;
  /**
   * The first version that accepts the entity, but grants more or less than the file declares. The finding is
   * an error in a plan that has to send the entity.
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

/** A range of versions. It includes `since` and excludes `until`. */
export interface Versions {
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

/** The versions of the server that cannot load a configuration with this content. */
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
