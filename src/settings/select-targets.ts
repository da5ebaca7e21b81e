import { failure } from "../errors.ts";
import type { TargetNote } from "./settings.ts";
import { unknownTargetError } from "./targets.ts";

type Select = (targets: readonly TargetNote[]) => readonly TargetNote[];

/**
 * Selects targets by a text such as `group:canary,region=eu,us-1`: a target that any of its parts matches, in
 * the order of the settings file. A part that matches none is an error, so that a typing error cannot shorten
 * the list.
 */
export function selectTargets(targets: readonly TargetNote[], text: string): readonly TargetNote[] {
  const parts = text.split(",").map((part) => part.trim());
  const twice = parts.find((part, index) => parts.indexOf(part) !== index);
  if (twice !== undefined)
    throw failure("input", "repeated-flag", `--targets names ${JSON.stringify(twice)} twice`, {
      hint: "keep one",
    });
  const chosen = new Set(parts.flatMap((part) => makeSelector(part)(targets)));
  return targets.filter((target) => chosen.has(target));
}

function makeSelector(part: string): Select {
  if (part === "all") return selectAll;
  if (part.startsWith("group:")) return makeGroupSelector(part.slice("group:".length));
  return part.includes("=") ? makeLabelSelector(part) : makeNameSelector(part);
}

function selectAll(targets: readonly TargetNote[]): readonly TargetNote[] {
  if (targets.length === 0) throw unknownTargetError("--targets all: there are no targets", "", []);
  return targets;
}

function makeNameSelector(name: string): Select {
  return (targets) =>
    requireSome(
      targets.filter((target) => target.name === name),
      { what: "target", name, known: targets.map((target) => target.name) },
    );
}

function makeGroupSelector(name: string): Select {
  return (targets) =>
    requireSome(
      targets.filter(({ group }) => group === name),
      { what: "group", name, known: targets.flatMap(({ group }) => group ?? []) },
    );
}

function makeLabelSelector(label: string): Select {
  return (targets) =>
    requireSome(
      targets.filter(({ labels }) => listLabels(labels).includes(label)),
      { what: "label", name: label, known: targets.flatMap(({ labels }) => listLabels(labels)) },
    );
}

function listLabels(labels: TargetNote["labels"]): string[] {
  return Object.entries(labels).map(([key, value]) => `${key}=${value}`);
}

function requireSome(
  found: readonly TargetNote[],
  { what, name, known }: { readonly what: string; readonly name: string; readonly known: readonly string[] },
): readonly TargetNote[] {
  if (found.length > 0) return found;
  const message = `--targets: there is no ${what} ${JSON.stringify(name)}`;
  const withoutAny = what === "target" ? undefined : `no target of osac.yml has a ${what}`;
  throw unknownTargetError(message, name, [...new Set(known)], withoutAny);
}
