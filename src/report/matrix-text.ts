import type { Judgement } from "../access/questions/judgement.ts";
import type { Matrix } from "../access/questions/read-matrix.ts";
import { exitCodes } from "../exit-codes.ts";
import type { AccessDifference } from "../model/access-change.ts";
import { differenceText } from "./access-difference-text.ts";
import { basisDocument } from "./access-json.ts";
import { basisText } from "./access-text.ts";
import { formatQuantity } from "./findings-text.ts";
import { describeLevels, type Before, type MatrixSide } from "./html/make-page-data.ts";
import { documentVersion } from "./json-text.ts";
import { printable } from "./printable.ts";
import type { Theme } from "./theme.ts";

/** Formats what the page shows: how much, and what a plan changes. */
export function matrixText(
  file: string,
  { matrix, basis }: MatrixSide,
  before: Before | undefined,
  theme: Theme,
): string {
  const sizes = [
    formatQuantity(matrix.principals.length, "principal"),
    ...(["index", "tenant"] as const).map((kind) =>
      formatQuantity(
        matrix.columns.filter((column) => column.kind === kind).length,
        kind === "index" ? "index pattern" : "tenant",
      ),
    ),
  ];
  const changes = before ? `\n${differenceText(before.difference, "Access by the plan", theme)}` : "";
  return `${printable(file)}: ${sizes.join(", ")}\n${changes}${basisText(basis, theme)}`;
}

/** Makes the JSON document of `osac access report`. */
export function matrixDocument(
  file: string | undefined,
  { matrix, basis }: MatrixSide,
  before: Before | undefined,
): object {
  const { principals, columns } = matrix;
  return {
    version: documentVersion,
    command: "access report",
    exitCode: exitCodes.done.code,
    file: file ?? null,
    columns: columns.map(({ kind, name }) => ({ kind, name })),
    principals: principals.map((principal, row) => ({
      ...principal,
      access: listCells(matrix, before?.matrix, row),
    })),
    changes: before ? describeDifference(before.difference) : null,
    basis: basisDocument(basis),
  };
}

function describeDifference({ changes, doubts }: AccessDifference): object {
  return { access: changes, accessDoubts: doubts };
}

/** Lists the cells with access, now or before. */
function listCells({ columns, rows }: Matrix, before: Matrix | undefined, row: number): object[] {
  return columns.flatMap(({ kind, name, example }, column) => {
    const judgement = rows[row]![column]!;
    const [level, was] = [describe(judgement), before && describe(before.rows[row]![column]!)];
    if (level === "none" && (was ?? "none") === "none") return [];
    return [{ kind, name, level, before: was ?? null, example: example ?? judgement.example ?? null }];
  });
}

function describe(judgement: Judgement): string {
  return describeLevels(judgement).text;
}
