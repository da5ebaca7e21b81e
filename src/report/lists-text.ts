import { formatAddress, writeAddress } from "../kinds/address.ts";
import { kinds } from "../kinds/index.ts";
import { redact } from "../secrets/redact.ts";
import type { KindName } from "../model/kind-name.ts";
import type { EntityNote, Plan } from "../model/plan.ts";
import { formatQuantity } from "./findings-text.ts";
import { formatItem, formatValue, printable } from "./printable.ts";
import { applyStyle, measureWidth, type Theme } from "./theme.ts";
import { listNames } from "../value/list-names.ts";
import type { ClusterInfo } from "../model/cluster.ts";

const indent = "  ";

/**
 * Counts the entities that are not changed, by reason: unmanaged ones in total, the rest by resource type, in
 * one line if there is room.
 */
export function countsText(plan: Plan, theme: Theme, arePasswordsTried = false): string {
  const { unmanaged } = plan;
  const counts = makeLists({ ...plan, unmanaged: [], notCompared: [] }).map(({ label, items, hint }) => {
    const way = items.some(({ differs }) => differs) ? "; -v lists them" : "";
    const more = hint === "" ? "" : ` (${hint}${way})`;
    return `${label}: ${countsByKind(items)}${more}`;
  });
  const line = counts.join(" · ");
  const text = counts.length === 0 ? "" : `${line.length <= theme.width ? line : counts.join("\n")}\n`;
  return unmanagedCount(unmanaged.length) + text + notComparedText(plan, arePasswordsTried);
}

function unmanagedCount(count: number): string {
  if (count === 0) return "";
  const [exist, them] = count === 1 ? ["exists", "it"] : ["exist", "them"];
  return `unmanaged: ${formatQuantity(count, "entity")} ${exist} in the cluster but not in these files (left alone; -v lists ${them})\n`;
}

/** Lists the unmanaged entities with the permissions that they grant. Drift always shows this list. */
export function unmanagedText({ unmanaged }: Plan, theme: Theme): string {
  if (unmanaged.length === 0) return "";
  const rows = unmanaged.map(({ kind, name, grants }) => ({
    address: `${kind}/${formatItem(name)}`,
    grants,
  }));
  const width = measureWidth(rows.map(({ address }) => address).filter(({ length }) => length <= addressMax));
  const lines = rows.map(({ address, grants }) =>
    grants === undefined
      ? `${indent}${address}\n`
      : `${indent}${address.padEnd(width)}  ${grantsText(grants)}\n`,
  );
  return `${applyStyle(theme, "bold", unmanagedTitle)}\n${lines.join("")}`;
}

const unmanagedTitle = "unmanaged: in the cluster, but not in these files";

/** A longer address does not push the column of permissions to the right. */
const addressMax = 40;

function grantsText(grants: string): string {
  return formatValue(redact(grants));
}

/** Lists the entities that are not changed by name. */
export function namesText(plan: Plan, theme: Theme, arePasswordsTried = false): string {
  const lists = makeLists(plan).map(({ label, items, hint }) => {
    const title = `${applyStyle(theme, "bold", label)}${hint === "" ? "" : applyStyle(theme, "dim", ` (${hint})`)}`;
    return `${title}\n${items.map(listedText).join("")}`;
  });
  return lists.join("") + notComparedText(plan, arePasswordsTried);
}

/** Counts the entities of a list, which has one item for each field of an entity. */
export function entitiesIn(items: readonly EntityNote[]): number {
  return new Set(items.map(formatAddress)).size;
}

interface List {
  readonly label: string;
  readonly items: readonly EntityNote[];
  /** The hint that follows the list. */
  readonly hint: string;
}

function makeLists({ unmanaged, skipped, ignored, notCompared }: Plan): List[] {
  return [
    { label: unmanagedTitle, items: unmanaged, hint: "" },
    { label: "skipped", items: skipped, hint: skippedHint(skipped) },
    { label: "ignored", items: ignored, hint: "" },
    { label: "not compared", items: notCompared, hint: "" },
  ].filter(({ items }) => items.length > 0);
}

function skippedHint(skipped: readonly EntityNote[]): string {
  const count = skipped.filter(({ differs }) => differs).length;
  return count === 0 ? "built-in" : `built-in; ${count} ${count === 1 ? "differs" : "differ"} from the files`;
}

function listedText({ kind, name, reason, differs, grants }: EntityNote): string {
  const why = differs ? `${reason}, differs from the files` : reason;
  const given = grants === undefined ? "" : `: ${grantsText(grants)}`;
  return `${indent}${kind}/${formatItem(name)} (${formatValue(why)})${given}\n`;
}

function countsByKind(items: readonly EntityNote[]): string {
  const names = new Map<KindName, Set<string>>();
  for (const { kind, name } of items) names.set(kind, (names.get(kind) ?? new Set()).add(name));
  return [...names]
    .map(([kind, { size }]) => `${size} ${kinds[kind].label}${size === 1 ? "" : "s"}`)
    .join(", ");
}

const namesMax = 10;

/**
 * Lists declared secrets that the plan did not compare, and the ways to compare or send them. Without this
 * list, a password that changed in the environment would read as "No changes".
 */
function notComparedText(
  { notCompared, cluster }: Pick<Plan, "notCompared" | "cluster">,
  arePasswordsTried: boolean,
): string {
  const passwords = notCompared.filter(isPassword).map(({ name }) => name);
  const settings = notCompared.filter((item) => !isPassword(item)).map(formatPath);
  return [
    lineText("password", passwords, [
      `to compare: ${waysToCompare(cluster, arePasswordsTried)}`,
      `to write ${passwords.length === 1 ? "it" : "one"}: pass --set-password ${passwords.length === 1 ? writeAddress(passwords[0]!) : "NAME"}`,
    ]),
    lineText("secret", settings, [
      `to write ${settings.length === 1 ? "it" : "one"}: pass --set-secret ${settings.length === 1 ? writeAddress(settings[0]!) : "PATH"}`,
    ]),
  ].join("");
}

/**
 * Names the ways to compare secrets. The admin certificate sees every current hash, so that only the values
 * of placeholders can be missing.
 */
function waysToCompare({ adminDn }: ClusterInfo, arePasswordsTried: boolean): string {
  const setVariables = "set the variables that the files name for them";
  if (adminDn !== undefined) return setVariables;
  return `${arePasswordsTried ? setVariables : "pass --verify-passwords"}, or log in with the admin certificate`;
}

function lineText(word: string, names: readonly string[], hints: readonly string[]): string {
  if (names.length === 0) return "";
  const shown = listNames(names.map(formatItem), namesMax);
  const title = `not compared: ${formatQuantity(names.length, word)} (${shown})\n`;
  return title + hints.map((hint) => `  ${printable(hint)}\n`).join("");
}

function isPassword({ kind, reason }: EntityNote): boolean {
  return kinds[kind].login?.hash === reason;
}

/**
 * Formats the path for `--set-secret`: resource type, name unless the type has one entity, and fields, with
 * slashes.
 */
function formatPath({ kind, name, reason }: EntityNote): string {
  const steps = kinds[kind].isSingle ? [kind] : [kind, name];
  return [...steps, ...reason.split(".")].join("/");
}
