import type { PageData, Reason } from "../page-data.ts";
import type { Cell } from "./cells.ts";
import { element } from "./element.ts";

/** Makes the explanation of a cell. */
export function explainCell(
  { lines, principals, columns }: PageData,
  { row, column }: { readonly row: number; readonly column: number },
  { reason, before, effect }: Cell,
): Node[] {
  const { kind, name, example = reason.example } = columns[column]!;
  const title = `${principals[row]!}, ${kind === "tenant" || (kind === "cluster" && name !== kind) ? `${kind} ` : ""}${name}: ${reason.text}`;
  const asked = example === undefined || example === name ? "" : `computed for ${example}`;
  return [
    element("h2", { text: title, with: { tabindex: -1 } }),
    ...(effect ? [element("p", { text: `before the plan: ${before!.text}` })] : []),
    ...(asked === "" ? [] : [element("p", { class: "dim", text: asked })]),
    ...explainReason(lines, reason),
    ...(effect ? [element("h2", { text: "Before the plan" }), ...explainReason(lines, before!)] : []),
  ];
}

const marks: Readonly<Record<string, string>> = { "+": "yes", "-": "no" };

/** A level, the actions that it needs, and below each the entries that permit it. */
function explainReason(lines: PageData["lines"], reason: Reason): Node[] {
  const made: Node[] = [];
  let list: HTMLElement | undefined;
  for (const line of reason.lines.map((number) => lines[number]!)) {
    const [kind, text] = [line[0]!, line.slice(1)];
    if (kind === " " || kind === ":") {
      if (list === undefined) made.push((list = element("ul")));
      list.append(element("li", { class: kind === " " ? "entry" : "action", text }));
    } else {
      list = undefined;
      made.push(element("h3", { text: kind in marks ? `${text}: ${marks[kind]!}` : text }));
    }
  }
  return made;
}
