import type { TextAt } from "../value/texts.ts";
import type { Declared, Directory } from "../model/entity.ts";
import type { LintFinding } from "../model/finding.ts";

/** Looks at one entity of a kind that it is about, among all that are declared. */
export type Rule = (entity: Declared, directory: Directory) => LintFinding[];

/**
 * Judges one text of a list by itself. Where it finds something, it gives what tells of it: hardly any text needs that,
 * nor its place.
 */
export type TextCheck = (text: string) => ((at: TextAt) => LintFinding) | undefined;
