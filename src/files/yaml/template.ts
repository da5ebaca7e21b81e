import { makeFinding } from "../../errors.ts";
import type { Finding } from "../../model/finding.ts";

const mistakes: ReadonlySet<string> = new Set(["yaml-syntax", "yaml-complex-key"]);

/**
 * A file that Helm, Jinja or ERB should have filled in first: what is no YAML stands in such a line, or just below it.
 * One finding for the whole file, as the others only follow from that.
 */
export function unrenderedTemplateFinding(text: string, findings: readonly Finding[]): Finding | undefined {
  const lines = text.split(/\r\n?|\n/);
  const places = findings.filter(({ code }) => mistakes.has(code)).flatMap((finding) => finding.at ?? []);
  // Many mistakes can stand in one long line.
  const at = [...new Map(places.toReversed().map((place) => [place.line, place])).values()]
    .toReversed()
    .find(({ line }) => /\{\{|\{%|<%/.test(lines.slice(Math.max(line - 2, 0), line).join("\n")));
  return (
    at &&
    makeFinding("unrendered-template", {
      severity: "error",
      message: "this is an unrendered template, not YAML",
      hint: "render it first, and have osac read what comes out",
      at,
    })
  );
}
