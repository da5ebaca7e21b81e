import type { Finding } from "../model/finding.ts";
import type { FailureDocument } from "./json-text.ts";
import type { PlanDocument } from "./plan-json.ts";
import type { Theme } from "./theme.ts";

/** How Markdown is to be written for a place that holds only so much. */
export interface MarkdownOptions {
  /** The most characters; beyond, details are left out first. */
  readonly limit?: number | undefined;
  /** Markdown that stands right below the heading and is never cut; the verdict then stands there as well. Absent where the report stands alone. */
  readonly about?: string | undefined;
  /** Where all of the report is to be read, should it be cut; Markdown. */
  readonly whole?: string | undefined;
}

/** What a run found, as data and for people. */
export interface Report {
  /** As `--output json` prints it. */
  readonly document: PlanDocument | FailureDocument;
  /** What of its findings concerns what changes. */
  readonly findings: readonly Finding[];
  markdown(options: MarkdownOptions): string;
}

/** What a command shows. */
export interface Result {
  /** As `--output json` prints it. */
  readonly document: () => object;
  /** Of commands that have Markdown or annotations among their outputs. */
  readonly report?: () => Report;
  /** For people, on standard output. */
  readonly text: (theme: Theme) => string;
  /** For people, on standard error: before the text, and after it. */
  readonly before?: (theme: Theme) => string;
  readonly after?: (theme: Theme) => string;
  /** There is nothing to report: with `--quiet` nothing is printed. */
  readonly isNothing?: boolean;
}
