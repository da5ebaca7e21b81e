import type { PageData, Rank, Reason } from "../page-data.ts";

/** How the plan changes a cell. */
type Effect = "gain" | "loss" | "change";

/** One cell: why it is as it is, and what the plan changes. */
export interface Cell {
  readonly reason: Reason;
  readonly before?: Reason | undefined;
  readonly effect?: Effect | undefined;
}

/** The cells of a matrix. */
export interface Cells {
  readonly read: (row: number, column: number) => Cell;
}

const ranks: readonly Rank[] = ["none", "part", "unknown", "read", "write", "manage", "everything"];

/** Returns the place of a level in the order of levels. */
export function rankReason({ rank }: Reason): number {
  return ranks.indexOf(rank);
}

export function readCells({ rows, before, columns, reasons, lines }: PageData): Cells {
  const now = unpack(rows, columns.length);
  const old = before && unpack(before, columns.length);
  return {
    read: (row, column) => {
      const place = row * columns.length + column;
      const reason = reasons[now[place]!]!;
      const earlier = old && reasons[old[place]!]!;
      return { reason, before: earlier, effect: earlier && compareReasons(earlier, reason, lines) };
    },
  };
}

/** The numbers of the reasons of all cells, row by row. */
function unpack(rows: PageData["rows"], width: number): Uint32Array {
  const cells = new Uint32Array(rows.length * width);
  for (const [row, runs] of rows.entries()) {
    let place = row * width;
    for (let at = 0; at < runs.length; at += 2) {
      cells.fill(runs[at]!, place, place + runs[at + 1]!);
      place += runs[at + 1]!;
    }
  }
  return cells;
}

/** A cell with the same word changed if other documents, fields or masks count. */
function compareReasons(before: Reason, after: Reason, lines: PageData["lines"]): Effect | undefined {
  if (before === after) return undefined;
  if (before.text === after.text)
    return listDoubts(before, lines) === listDoubts(after, lines) ? undefined : "change";
  const step = rankReason(after) - rankReason(before);
  if (step === 0 || before.rank === "unknown" || after.rank === "unknown") return "change";
  return step > 0 ? "gain" : "loss";
}

function listDoubts({ lines: numbers }: Reason, lines: PageData["lines"]): string {
  return numbers
    .map((number) => lines[number]!)
    .filter((line) => line.startsWith("?"))
    .join("\n");
}
