import type { PageData, Rank } from "../page-data.ts";
import { rankReason, type Cell, type Cells } from "./cells.ts";
import { element } from "./element.ts";
import type { Shown } from "./grid.ts";

/** The fields that choose rows and columns, and what they choose. */
export interface Filters {
  readonly root: HTMLElement;
  readonly choose: () => Shown;
}

export function makeFilters(data: PageData, cells: Cells, changed: () => void): Filters {
  const principal = element("input", { with: { type: "search" } });
  const column = element("input", { with: { type: "search" } });
  const kind = makeSelect({
    "": "everything",
    index: "index patterns",
    tenant: "tenants",
    cluster: "the cluster",
    security: "the security configuration",
  });
  const level = makeSelect({
    "": "any",
    part: "some actions",
    read: "read",
    write: "write",
    manage: "manage",
    everything: "everything",
  });
  const onlyChanged = element("input", { with: { type: "checkbox" } });
  const root = element("div", { class: "controls", with: { role: "search" } }, [
    makeLabel("Principals", principal),
    makeLabel("Patterns, tenants, operations", column),
    makeLabel("Show", kind),
    makeLabel("At least", level),
    ...(data.before ? [makeLabel("only what the plan changes", onlyChanged, "check")] : []),
  ]);
  root.addEventListener("input", changed);
  const choose = (): Shown => {
    const rows = findPlaces(data.principals, (text) => includes(text, principal.value));
    const columns = findPlaces(
      data.columns,
      (one) => includes(one.name, column.value) && ["", one.kind].includes(kind.value),
    );
    const isWanted = makeCellTest(level.value as Rank | "", onlyChanged.checked);
    return isWanted ? keepWanted(cells, { rows, columns }, isWanted) : { rows, columns };
  };
  return { root, choose };
}

function makeSelect(choices: Readonly<Record<string, string>>): HTMLSelectElement {
  const options = Object.entries(choices).map(([value, text]) =>
    element("option", { text, with: { value } }),
  );
  return element("select", {}, options);
}

function makeLabel(text: string, field: HTMLElement, names = ""): HTMLElement {
  return element("label", { class: names }, [element("span", { text }), field]);
}

function findPlaces<Item>(items: readonly Item[], isWanted: (item: Item) => boolean): number[] {
  return items.flatMap((item, place) => (isWanted(item) ? [place] : []));
}

function includes(text: string, part: string): boolean {
  return text.toLowerCase().includes(part.trim().toLowerCase());
}

/** What is unknown may be of any level. */
function makeCellTest(level: Rank | "", isOnlyChanged: boolean): ((cell: Cell) => boolean) | undefined {
  if (level === "" && !isOnlyChanged) return undefined;
  const least = level === "" ? 0 : rankReason({ rank: level, text: "", lines: [] });
  return ({ reason, effect }) =>
    (!isOnlyChanged || effect !== undefined) && (reason.rank === "unknown" || rankReason(reason) >= least);
}

/** Keeps the rows and columns with at least one wanted cell. */
function keepWanted(cells: Cells, { rows, columns }: Shown, isWanted: (cell: Cell) => boolean): Shown {
  const [keptRows, keptColumns] = [new Set<number>(), new Set<number>()];
  for (const row of rows)
    for (const column of columns)
      if (isWanted(cells.read(row, column))) {
        keptRows.add(row);
        keptColumns.add(column);
      }
  return {
    rows: rows.filter((row) => keptRows.has(row)),
    columns: columns.filter((column) => keptColumns.has(column)),
  };
}
