import { restrictionParts } from "../../access/compare/sights.ts";
import { hasInventedPart, replaceInvented } from "../../access/invented-names.ts";
import type { Because, Decision, Link, Restrictions } from "../../access/effective/index.ts";
import type { Judgement, MatrixLevel, ProbeAnswer } from "../../access/questions/judgement.ts";
import type { Matrix } from "../../access/questions/read-matrix.ts";
import type { AccessBasis } from "../../engine/load-access.ts";
import type { AccessDifference } from "../../model/access-change.ts";
import { compareByCodeUnit } from "../../value/record.ts";
import { formatPrincipals, listDifference } from "../access-difference-text.ts";
import { basisText, missingLine } from "../access-text.ts";
import { linkText } from "../link-text.ts";
import { formatItem, formatValue, printable } from "../printable.ts";
import type { LineKind, PageData, Rank, Reason } from "./page-data.ts";

/** The access of one side. */
export interface MatrixSide {
  readonly matrix: Matrix;
  readonly basis: AccessBasis;
}

/** The state before a plan, and what the plan changes. */
export interface Before extends MatrixSide {
  readonly difference: AccessDifference;
}

/** Makes the data of the page that shows a matrix, and what a plan changes in it. */
export function makePageData(after: MatrixSide, before: Before | undefined): PageData {
  const lines = createPool((line: string) => line);
  const reasons = createPool((reason: Reason) => JSON.stringify(reason));
  const { principals, columns } = after.matrix;
  const makeRows = (side: MatrixSide): number[][] => {
    const number = numberJudgements(side, lines.add, reasons.add);
    return side.matrix.rows.map((row) =>
      toRuns(row.map((judgement, place) => number(judgement, columns[place]!.example === undefined))),
    );
  };
  return {
    title: before ? "What a plan changes in the access" : "Who has which access",
    basis: basisText(after.basis).trim().split("\n"),
    changes: before && listDifference(before.difference),
    principals: principals.map((principal) => printable(formatPrincipals([principal]))),
    columns: columns.map(({ kind, name, example }) => ({
      kind,
      name: formatValue(name),
      example: example === undefined ? undefined : formatItem(example),
    })),
    rows: makeRows(after),
    before: before && makeRows(before),
    lines: lines.all,
    reasons: reasons.all,
  };
}

/** Things of which equal ones have the same number. */
function createPool<Item>(toKey: (item: Item) => string): {
  readonly all: readonly Item[];
  readonly add: (item: Item) => number;
} {
  const all: Item[] = [];
  const known = new Map<string, number>();
  const add = (item: Item): number => {
    const key = toKey(item);
    const found = known.get(key);
    if (found !== undefined) return found;
    known.set(key, all.length);
    return all.push(item) - 1;
  };
  return { all, add };
}

function toRuns(cells: readonly number[]): number[] {
  const runs: number[] = [];
  for (const cell of cells)
    if (runs.at(-2) === cell) runs[runs.length - 1]! += 1;
    else runs.push(cell, 1);
  return runs;
}

function numberJudgements(
  side: MatrixSide,
  addLine: (line: string) => number,
  addReason: (reason: Reason) => number,
): (judgement: Judgement, hasOwnExample: boolean) => number {
  const known = new Map<Judgement, number>();
  const format = rememberLinks(side);
  return (judgement, hasOwnExample) => {
    const found = known.get(judgement);
    if (found !== undefined) return found;
    const lines = explain(judgement, format).map(addLine);
    const isShown = hasOwnExample && judgement.example !== undefined;
    const example = isShown ? formatItem(judgement.example) : undefined;
    const number = addReason({ ...describeLevels(judgement), example, lines });
    known.set(judgement, number);
    return number;
  };
}

type FormatLink = (link: Link) => string;

/**
 * Formats each link once. Finding its place reads its file, and the locator keeps only the last file, so the
 * places of all links are found kind by kind.
 */
function rememberLinks({ matrix, basis }: MatrixSide): FormatLink {
  const links = new Map<string, Link>();
  for (const judgement of new Set(matrix.rows.flat()))
    for (const link of listLinks(judgement)) links.set(toPlaceKey(link), link);
  const sorted = [...links].toSorted(([, a], [, b]) => compareByCodeUnit(a.kind, b.kind));
  const places = new Map(sorted.map(([key, link]) => [key, basis.locate(link)]));
  const located = { ...basis, locate: (link: PlacedLink) => places.get(toPlaceKey(link)) };
  return (link) => linkText(link, located);
}

type PlacedLink = Pick<Link, "kind" | "name" | "pointer">;

function toPlaceKey({ kind, name, pointer }: PlacedLink): string {
  return `${kind} ${pointer} ${name}`;
}

function listLinks({ answers, single }: Judgement): Link[] {
  return [...answers, ...(single ? [single] : [])].flatMap(({ decision }) => [
    ...("because" in decision ? decision.because.flatMap(({ chain }) => chain) : []),
    ...("missing" in decision ? decision.missing.flatMap(({ nearest }) => nearest) : []),
  ]);
}

/** Finds the word of a cell. A level without the weaker ones has `only` before it. */
export function describeLevels(judgement: Judgement): { readonly rank: Rank; readonly text: string } {
  const { word, levels, open, single, answers, restrictions } = judgement;
  const top = levels.at(-1);
  if (top === undefined) {
    const rank = open.length > 0 ? "unknown" : single ? "part" : "none";
    return { rank, text: { unknown: "unknown", part: "some actions", none: "none" }[rank] };
  }
  const asked = [...new Set(answers.map(({ level }) => level))];
  const isWhole = asked.slice(0, asked.indexOf(top)).every((level) => levels.includes(level));
  const parts = [
    word ?? (isWhole ? top : `only ${levels.join(", ")}`),
    ...(open.length > 0 ? ["perhaps more"] : []),
    ...(isPart(restrictions) ? ["restricted"] : []),
  ];
  return { rank: top, text: parts.join(", ") };
}

function isPart(restrictions: Restrictions | undefined): boolean {
  if (restrictions === undefined) return false;
  const { documents, fields, masks } = restrictions;
  return documents.are !== "all" || fields.are !== "all" || masks.are !== "none";
}

function explain(judgement: Judgement, format: FormatLink): string[] {
  const { answers, single, restrictions } = judgement;
  const levels = [...new Set(answers.map(({ level }) => level))];
  return [
    ...(single ? [line("+", "a single action"), ...explainPermitted([single], judgement, format)] : []),
    ...(restrictions && isPart(restrictions) ? explainRestrictions(restrictions) : []),
    ...levels.flatMap((level) => explainLevel(level, judgement, format)),
  ];
}

function line(kind: LineKind, text: string): string {
  return kind + text.trim();
}

function explainLevel(level: MatrixLevel, judgement: Judgement, format: FormatLink): string[] {
  const answers = judgement.answers.filter((one) => one.level === level);
  const { word = level } = judgement;
  if (judgement.levels.includes(level))
    return [line("+", word), ...explainPermitted(answers, judgement, format)];
  if (judgement.open.includes(level)) return [line("?", word), ...explainOpen(answers)];
  const decisions = answers.map(({ decision }) => decision);
  return [line("-", word), ...explainMissing(decisions, judgement, format)];
}

/** Actions with the same chain share it. */
function explainPermitted(
  answers: readonly ProbeAnswer[],
  { example }: Judgement,
  format: FormatLink,
): string[] {
  const groups = new Map<string, string[]>();
  for (const { what, decision } of answers)
    for (const because of "because" in decision ? decision.because : []) {
      const chain = because.chain.map((link) => line(" ", formatLink(link, example, format))).join("\n");
      const name = nameAction(what, because);
      if (!groups.get(chain)?.push(name)) groups.set(chain, [name]);
    }
  return [...groups].flatMap(([chain, names]) => [
    line(":", printable([...new Set(names)].join(", "))),
    ...(chain === "" ? [] : chain.split("\n")),
  ]);
}

/** An action for all actions has no name of its own. */
function nameAction(what: string, { action }: Because): string {
  return what.endsWith("*") ? what : action;
}

/** Cells with the same entries share a reason, whatever their names are, so it does not repeat the name. */
function formatLink(link: Link, example: string | undefined, format: FormatLink): string {
  const isOwn = link.fits === example || (link.fits !== undefined && hasInventedPart(link.fits));
  return format(isOwn ? { ...link, fits: undefined } : link);
}

function explainOpen(answers: readonly ProbeAnswer[]): string[] {
  const reasons = answers.flatMap(({ decision }) => (decision.verdict === "unknown" ? decision.reasons : []));
  return [...new Set(reasons.map(({ text }) => line(" ", formatValue(text))))];
}

/** What is missing with the same closest entries shares them. */
function explainMissing(
  decisions: readonly Decision[],
  { example }: Judgement,
  format: FormatLink,
): string[] {
  const groups = new Map<string, string[]>();
  for (const one of decisions.flatMap((decision) => ("missing" in decision ? decision.missing : []))) {
    const closest = one.nearest.map((link) => line(" ", `closest: ${formatLink(link, example, format)}`));
    const named = { ...one, what: replaceInvented(one.what, "*"), names: keepNames(one) };
    const [key, text] = [closest.join("\n"), line(":", missingLine(named))];
    if (!groups.get(key)?.push(text)) groups.set(key, [text]);
  }
  return [...groups].flatMap(([closest, texts]) => [
    ...new Set(texts),
    ...(closest === "" ? [] : closest.split("\n")),
  ]);
}

/** The name of an index is that of the column. */
function keepNames({
  need,
  names,
}: {
  readonly need: string;
  readonly names: readonly string[];
}): readonly string[] {
  return need === "tenant" ? names : [];
}

/** Describes the documents, fields and masks that the principal sees. */
function explainRestrictions(restrictions: Restrictions): string[] {
  return restrictionParts
    .map(({ what, none, describe }) => ({ what, none, text: describe(restrictions) }))
    .filter(({ none, text }) => text !== none)
    .map(({ what, text }) => line("?", `${what}: ${formatValue(text)}`));
}
