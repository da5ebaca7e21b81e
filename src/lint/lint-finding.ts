import type { TextAt } from "../value/texts.ts";
import type { Declared, Directory } from "../model/entity.ts";
import type { Finding, Versions } from "../model/finding.ts";

/** The servers that cannot load their configuration any more, once they hold a thing. */
export interface Poison extends Versions {
  /** What must be so besides. */
  readonly onceThat?: string;
  /** What servers of other versions do with it. */
  readonly others?: string;
}

/** A finding before it has a place: `pointer` is a JSON pointer below the entity, "" the entity itself. */
export interface LintFinding extends Omit<Finding, "at" | "kind" | "name"> {
  readonly pointer: string;
  readonly poison?: Poison;
}

/** Looks at one entity, among all that are declared. */
export type Rule = (entity: Declared, directory: Directory) => LintFinding[];

/**
 * Judges one text of a list by itself. Where it finds something, it gives what tells of it: hardly any text needs that,
 * nor its place.
 */
export type TextCheck = (text: string) => ((at: TextAt) => LintFinding) | undefined;
