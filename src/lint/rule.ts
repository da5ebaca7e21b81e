import type { TextAt } from "../value/texts.ts";
import type { Declared, Directory } from "../model/entity.ts";
import type { LintFinding } from "../model/finding.ts";

/** Checks one entity of a kind, with all declared entities at hand. */
export type Rule = (entity: Declared, directory: Directory) => LintFinding[];

/**
 * Judges one text of a list by itself. Returns undefined for a text without a flaw, else a function that
 * makes the finding: few texts need the finding and its place.
 */
export type TextCheck = (text: string) => ((at: TextAt) => LintFinding) | undefined;
