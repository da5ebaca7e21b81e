import { listNames } from "../value/list-names.ts";
import { writeAddress } from "../kinds/address.ts";
import { kinds } from "../kinds/index.ts";
import type { ClusterInfo } from "../model/cluster.ts";
import type { EntityNote, Plan } from "../model/plan.ts";
import { formatQuantity } from "./findings-text.ts";
import { formatItem, printable } from "./printable.ts";

const namesMax = 10;

/**
 * Lists declared secrets that the plan did not compare, and the ways to compare or send them. Without this
 * list, a password that changed in the environment would read as "No changes".
 */
export function notComparedText(
  { unverified, cluster }: Pick<Plan, "unverified" | "cluster">,
  arePasswordsTried: boolean,
): string {
  const passwords = unverified.filter(isPassword).map(({ name }) => name);
  const settings = unverified.filter((item) => !isPassword(item)).map(formatPath);
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
