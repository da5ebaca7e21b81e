import type { PageData } from "../page-data.ts";
import { readCells } from "./cells.ts";
import { element } from "./element.ts";
import { makeFilters } from "./filters.ts";
import { makeGrid } from "./grid.ts";
import { explainCell } from "./why.ts";

const data = JSON.parse(document.getElementById("data")!.textContent) as PageData;
const cells = readCells(data);

const why = element("aside", { id: "why", with: { "aria-label": "Explanation", hidden: "" } });
const status = element("p", { class: "dim", with: { role: "status" } });
const grid = makeGrid(data, cells, (place, isByKey) => {
  const close = element("button", { text: "Close", with: { type: "button" } });
  close.addEventListener("click", closeWhy);
  const nodes = explainCell(data, place, cells.read(place.row, place.column));
  why.replaceChildren(close, ...nodes);
  why.hidden = false;
  why.scrollTop = 0;
  if (isByKey) (nodes[0] as HTMLElement).focus();
});
const filters = makeFilters(data, cells, showChosen);

function closeWhy(): void {
  why.hidden = true;
  grid.root.focus();
}

why.addEventListener("keydown", ({ key }) => {
  if (key === "Escape") closeWhy();
});

function showChosen(): void {
  const chosen = filters.choose();
  grid.show(chosen);
  const { principals, columns } = data;
  status.textContent = `${chosen.rows.length} of ${principals.length} principals, ${chosen.columns.length} of ${columns.length} columns`;
}

function makeLegend(): HTMLElement {
  const levels = ["none", "some actions", "read", "write", "manage", "everything", "unknown"];
  const made = levels.map((text) =>
    element("span", {
      class: text === "some actions" ? "part" : text,
      text: text === "none" ? "· none" : text,
    }),
  );
  const effects = data.before
    ? (["gain", "loss", "change"] as const).map((effect) =>
        element("span", {
          class: effect,
          text: `${{ gain: "▲", loss: "▼", change: "◆" }[effect]} ${effect}`,
        }),
      )
    : [];
  const notes = "† some documents or fields only; ? perhaps more; bold with a bar: administrator";
  return element("p", { class: "legend" }, [...made, ...effects, element("small", { text: notes })]);
}

function makeChanges(changes: NonNullable<PageData["changes"]>): HTMLElement {
  if (changes.length === 0) return element("p", { text: "no access changes" });
  const items = changes.map(({ text, isDangerous }) =>
    element("li", { class: isDangerous ? "danger" : "", text }),
  );
  return element("ul", { class: "changes", with: { "aria-label": "What changes", tabindex: 0 } }, items);
}

document.body.append(
  element("header", {}, [
    element("h1", { text: data.title }),
    element(
      "p",
      { class: "dim basis" },
      data.basis.map((text) => element("span", { text })),
    ),
    ...(data.changes ? [makeChanges(data.changes)] : []),
    makeLegend(),
    filters.root,
    status,
  ]),
  element("main", {}, [grid.root, why]),
);
showChosen();
