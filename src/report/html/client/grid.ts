import type { PageData } from "../page-data.ts";
import type { Cell, Cells } from "./cells.ts";
import { element } from "./element.ts";

/** Sizes in pixels, as in the style. */
const size = { row: 28, column: 88, head: 172, name: 240 };

/** Rows and columns around the visible part that are drawn as well. */
const margin = 4;

/** A cell by its row and column of the data. */
interface Place {
  readonly row: number;
  readonly column: number;
}

/** What the filters leave, by the numbers of rows and columns of the data. */
export interface Shown {
  readonly rows: readonly number[];
  readonly columns: readonly number[];
}

export interface Grid {
  readonly root: HTMLElement;
  /** Shows these rows and columns. */
  readonly show: (shown: Shown) => void;
}

/** The table on the page: its elements, what it shows, and its active cell by the places in `shown`. */
interface Table {
  readonly data: PageData;
  readonly cells: Cells;
  readonly root: HTMLElement;
  readonly space: HTMLElement;
  readonly open: (place: Place, isByKey: boolean) => void;
  shown: Shown;
  active: Place;
  drawn: Drawn;
}

/** What is drawn: rows that stay in sight while the table scrolls are kept. */
interface Drawn {
  /** The columns and the active cell of the rows. */
  readonly key: string;
  readonly head: HTMLElement;
  readonly rows: ReadonlyMap<number, HTMLElement>;
}

/**
 * Makes the table, which draws only its visible part. The focus stays on the table, and
 * `aria-activedescendant` names the active cell, so that scrolling loses no focus.
 */
export function makeGrid(data: PageData, cells: Cells, open: Table["open"]): Grid {
  const space = element("div", { id: "space", with: { role: "rowgroup" } });
  const names = { role: "grid", tabindex: 0, "aria-label": "Access of principals", "aria-readonly": "true" };
  const root = element("div", { id: "grid", with: names }, [space]);
  const table: Table = {
    data,
    cells,
    root,
    space,
    open,
    shown: { rows: [], columns: [] },
    active: { row: 0, column: 0 },
    drawn: { key: "", head: space, rows: new Map() },
  };
  const drawSoon = oncePerFrame(() => draw(table));
  root.addEventListener("scroll", drawSoon, { passive: true });
  new ResizeObserver(drawSoon).observe(root);
  root.addEventListener("keydown", (event) => {
    if (handleKey(table, event)) event.preventDefault();
  });
  root.addEventListener("click", ({ target }) => handleClick(table, target as Element));
  return { root, show: (shown) => show(table, shown) };
}

function oncePerFrame(run: () => void): () => void {
  let isWaiting = false;
  return () => {
    if (isWaiting) return;
    isWaiting = true;
    requestAnimationFrame(() => {
      isWaiting = false;
      run();
    });
  };
}

function show(table: Table, shown: Shown): void {
  const { root, space, active } = table;
  table.shown = shown;
  table.drawn = { ...table.drawn, key: "" };
  space.style.width = `${size.name + shown.columns.length * size.column}px`;
  space.style.height = `${size.head + shown.rows.length * size.row}px`;
  root.setAttribute("aria-rowcount", String(shown.rows.length + 1));
  root.setAttribute("aria-colcount", String(shown.columns.length + 1));
  activate(table, active.row, active.column);
}

function draw(table: Table): void {
  const { root, shown, active } = table;
  const room = findRoom(root);
  const rows = findVisible(root.scrollTop, room.height, size.row, shown.rows.length);
  const columns = findVisible(root.scrollLeft, room.width, size.column, shown.columns.length);
  const key = [columns[0], columns.length, active.row, active.column].join();
  if (key !== table.drawn.key) startDrawing(table, key, columns);
  drawRows(table, rows, columns);
  const isDrawn = rows.includes(active.row) && columns.includes(active.column);
  if (isDrawn) root.setAttribute("aria-activedescendant", findId(active));
  else root.removeAttribute("aria-activedescendant");
}

function startDrawing(table: Table, key: string, columns: readonly number[]): void {
  const head = drawHead(table.data, table.shown, columns);
  table.space.replaceChildren(head);
  table.drawn = { key, head, rows: new Map() };
}

/** Draws the rows that come into sight, in their order, and removes those that leave it. */
function drawRows(table: Table, rows: readonly number[], columns: readonly number[]): void {
  const { head, rows: old, key } = table.drawn;
  const kept = new Map(rows.map((row) => [row, old.get(row) ?? drawRow(table, row, columns)]));
  for (const [row, made] of old) if (!kept.has(row)) made.remove();
  let last = head;
  for (const made of kept.values()) {
    if (last.nextSibling !== made) last.after(made);
    last = made;
  }
  table.drawn = { key, head, rows: kept };
}

/** The room for cells beside the names of rows and columns. */
function findRoom({ clientHeight, clientWidth }: HTMLElement): { height: number; width: number } {
  return { height: clientHeight - size.head, width: clientWidth - size.name };
}

/** Makes a cell the active one, and scrolls to it. */
function activate(table: Table, row: number, column: number): void {
  const { root, shown } = table;
  const room = findRoom(root);
  table.active = {
    row: clamp(row, shown.rows.length - 1),
    column: clamp(column, shown.columns.length - 1),
  };
  root.scrollTop = scrollInto(root.scrollTop, room.height, table.active.row * size.row, size.row);
  root.scrollLeft = scrollInto(root.scrollLeft, room.width, table.active.column * size.column, size.column);
  draw(table);
}

function openActive({ shown, active, open }: Table, isByKey: boolean): void {
  const [row, column] = [shown.rows[active.row], shown.columns[active.column]];
  if (row !== undefined && column !== undefined) open({ row, column }, isByKey);
}

/** True if the table uses the key. */
function handleKey(table: Table, event: KeyboardEvent): boolean {
  if (event.key === "Enter" || event.key === " ") {
    openActive(table, true);
    return true;
  }
  const page = Math.max(1, Math.floor(findRoom(table.root).height / size.row) - 1);
  const next = findNext(event, table.active, table.shown, page);
  if (next !== undefined) activate(table, ...next);
  return next !== undefined;
}

function handleClick(table: Table, target: Element): void {
  const cell = target.closest<HTMLElement>(".cell");
  if (cell === null) return;
  activate(table, Number(cell.dataset["row"]), Number(cell.dataset["column"]));
  openActive(table, false);
}

function clamp(value: number, most: number): number {
  return Math.max(0, Math.min(value, most));
}

function findVisible(scrolled: number, room: number, one: number, count: number): number[] {
  const first = clamp(Math.floor(scrolled / one) - margin, count);
  const last = clamp(Math.ceil((scrolled + room) / one) + margin, count);
  return Array.from({ length: last - first }, (_, index) => first + index);
}

/** Finds the smallest scrolling that shows something whole. */
function scrollInto(scrolled: number, room: number, start: number, length: number): number {
  if (start < scrolled) return start;
  return start + length > scrolled + room ? start + length - room : scrolled;
}

/** Finds the cell that a key leads to, as in every grid of the ARIA practices. */
function findNext(
  { key, ctrlKey, altKey, metaKey }: KeyboardEvent,
  { row, column }: Place,
  { rows, columns }: Shown,
  page: number,
): [number, number] | undefined {
  if (altKey || metaKey) return undefined;
  const [lastRow, lastColumn] = [rows.length - 1, columns.length - 1];
  const steps: Readonly<Record<string, [number, number]>> = {
    ArrowDown: [row + 1, column],
    ArrowUp: [row - 1, column],
    ArrowRight: [row, column + 1],
    ArrowLeft: [row, column - 1],
    PageDown: [row + page, column],
    PageUp: [row - page, column],
    Home: ctrlKey ? [0, 0] : [row, 0],
    End: ctrlKey ? [lastRow, lastColumn] : [row, lastColumn],
  };
  return steps[key];
}

function findId({ row, column }: Place): string {
  return `cell-${row}-${column}`;
}

function place(
  made: HTMLElement,
  { left, top }: { readonly left?: number; readonly top?: number },
): HTMLElement {
  if (left !== undefined) made.style.left = `${left}px`;
  if (top !== undefined) made.style.top = `${top}px`;
  return made;
}

function drawHead({ columns: all }: PageData, { columns }: Shown, visible: readonly number[]): HTMLElement {
  const names = visible.map((at) => {
    const { kind, name } = all[columns[at]!]!;
    const text = kind === "tenant" ? `tenant ${name}` : name;
    const attributes = { role: "columnheader", title: text, "aria-colindex": at + 2 };
    return place(element("div", { class: `column ${kind}`, text, with: attributes }), {
      left: size.name + at * size.column,
    });
  });
  const corner = element("div", {
    class: "corner",
    text: "Principals down; the security configuration, index patterns, tenants and the cluster across",
    with: { role: "columnheader", "aria-colindex": 1 },
  });
  return element("div", { class: "row head", with: { role: "row", "aria-rowindex": 1 } }, [corner, ...names]);
}

function drawRow(table: Table, row: number, visible: readonly number[]): HTMLElement {
  const { data, cells, shown, active } = table;
  const number = shown.rows[row]!;
  const text = data.principals[number]!;
  const name = drawName(text, isAdministrator(table, number));
  const drawn = visible.map((column) => {
    const at = shown.columns[column]!;
    const label = `${text}, ${data.columns[at]!.name}`;
    const cell = drawCell(cells.read(number, at), label, { row, column });
    if (row === active.row && column === active.column) cell.classList.add("active");
    return cell;
  });
  const made = element("div", { class: "row", with: { role: "row", "aria-rowindex": row + 2 } }, [
    name,
    ...drawn,
  ]);
  made.style.width = `${size.name + shown.columns.length * size.column}px`;
  return place(made, { top: size.head + row * size.row });
}

/** True if a principal can change the security configuration, and so give itself everything. */
function isAdministrator({ data, cells }: Table, row: number): boolean {
  const column = data.columns.findIndex(({ kind }) => kind === "security");
  return column !== -1 && cells.read(row, column).reason.rank === "everything";
}

function drawName(text: string, isAdministrator: boolean): HTMLElement {
  const label = isAdministrator ? `${text}, administrator` : text;
  return element("div", {
    class: isAdministrator ? "name administrator" : "name",
    text,
    with: { role: "rowheader", title: label, "aria-label": label, "aria-colindex": 1 },
  });
}

const marks = { gain: "▲ ", loss: "▼ ", change: "◆ " };

/** A cell has room for a word and a sign. */
function shorten(text: string): string {
  return text
    .replace(", perhaps more", "?")
    .replace(", restricted", "†")
    .replace("some actions", "some")
    .replace("administrator", "admin")
    .replace(/^none$/, "·");
}

function drawCell({ reason, before, effect }: Cell, label: string, { row, column }: Place): HTMLElement {
  const was = effect ? `, ${effect} by the plan, before: ${before!.text}` : "";
  const cell = element("div", {
    class: `cell ${reason.rank} ${effect ?? ""}`,
    id: findId({ row, column }),
    text: `${effect ? marks[effect] : ""}${shorten(reason.text)}`,
    with: {
      role: "gridcell",
      "aria-colindex": column + 2,
      "aria-label": `${label}: ${reason.text}${was}`,
      title: `${reason.text}${was}`,
      "data-row": row,
      "data-column": column,
    },
  });
  return place(cell, { left: size.name + column * size.column });
}
