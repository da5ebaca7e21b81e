import type { Finding } from "../model.ts";
import type { FailureDocument } from "./json.ts";
import type { PlanDocument } from "./plan-json.ts";

/** How Markdown is to be written for a place that holds only so much. */
export interface MarkdownOptions {
  /** The most characters; whole entities are left out beyond. */
  readonly limit?: number;
  /** Markdown that stands right below the heading and is never cut; the verdict then stands there as well. */
  readonly about?: string;
}

/** What a run found, as data and for people. */
export interface Report {
  /** As `--output json` prints it. */
  readonly document: PlanDocument | FailureDocument;
  /** What of its findings concerns what changes. */
  readonly findings: readonly Finding[];
  markdown(options: MarkdownOptions): string;
}
