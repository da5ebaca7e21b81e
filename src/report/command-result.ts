import type { Finding } from "../model/finding.ts";
import type { JunitSuite } from "./junit.ts";
import type { FailureDocument } from "./json-text.ts";
import type { PlanDocument } from "./plan-json.ts";
import type { Theme } from "./theme.ts";

/** Options for Markdown in a place with limited room. */
export interface MarkdownOptions {
  /** The most characters; beyond them, details are left out first. */
  readonly limit?: number | undefined;
  /**
   * Markdown that stands below the heading and is never cut; the verdict follows the heading too. Absent if
   * the report stands alone.
   */
  readonly about?: string | undefined;
  /** Markdown that names the place of the whole report, in case it is cut. */
  readonly whole?: string | undefined;
}

/** The result of a run as data, Markdown and annotations. */
export interface Report {
  /** The document that `--output json` prints. */
  readonly document: PlanDocument | FailureDocument;
  /** The findings that concern the changes. */
  readonly findings: readonly Finding[];
  markdown(options: MarkdownOptions): string;
}

/** The output of a command in each format. */
export interface Result {
  /** The document that `--output json` prints. */
  readonly document: () => object;
  /** Present for commands that have Markdown or annotations among their outputs. */
  readonly report?: () => Report;
  /** The suites of a JUnit report; by default one of all findings. */
  readonly suites?: () => readonly JunitSuite[];
  /** Present for commands that list the jobs of a matrix. */
  readonly matrix?: () => object;
  /** Text for people, on standard output. */
  readonly text: (theme: Theme) => string;
  /** Text for people, on standard error, before and after the text. */
  readonly before?: (theme: Theme) => string;
  readonly after?: (theme: Theme) => string;
  /** True if there is nothing to report: with `--quiet` nothing is printed. */
  readonly isNothing?: boolean;
}
