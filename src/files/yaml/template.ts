import { makeFinding } from "../../errors.ts";
import type { Finding } from "../../model/finding.ts";

const mistakes: ReadonlySet<string> = new Set(["yaml-syntax", "yaml-complex-key"]);

/**
 * Finds a file that Helm, Jinja or ERB should have rendered: its YAML errors stand in a template line, or
 * just below. Returns one finding for the whole file, because the other errors only follow from that.
 */
export function unrenderedTemplateFinding(text: string, findings: readonly Finding[]): Finding | undefined {
  const places = findings.filter(({ code }) => mistakes.has(code)).flatMap((finding) => finding.at ?? []);
  if (places.length === 0) return undefined;
  const lines = text.split(/\r\n?|\n/);
  // One long line may have many mistakes.
  const at = [...new Map(places.toReversed().map((place) => [place.line, place])).values()]
    .toReversed()
    .find(({ line }) => /\{\{|\{%|<%/.test(lines.slice(Math.max(line - 2, 0), line).join("\n")));
  const message = "this is an unrendered template, not YAML";
  const hint = "render it first, and have osac read what comes out";
  return at && makeFinding("unrendered-template", { severity: "error", message, hint, at });
}
