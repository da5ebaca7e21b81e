import type { Finding } from "../model/finding.ts";
import type { FailureDocument } from "./json-text.ts";
import type { PlanDocument } from "./plan-json.ts";

/** How Markdown is to be written for a place that holds only so much. */
export interface MarkdownOptions {
  /** The most characters; beyond, details are left out first. */
  readonly limit?: number | undefined;
  /** Markdown that stands right below the heading and is never cut; the verdict then stands there as well. */
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
