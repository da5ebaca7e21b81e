import type { Declared, Directory } from "../../model.ts";
import { builtInNames } from "../../kinds/built-in.ts";
import { kinds } from "../../kinds/index.ts";
import type { Remark, Rule } from "./remark.ts";

/** Groups that contain themselves, on whatever way, and groups that have the name of a role. */
export const actionGroupRule: Rule = (entity, directory) => {
  if (entity.kind !== "actiongroups") return [];
  return [...roleOfThatName(entity, directory), ...circle(entity, directory)];
};

function roleOfThatName({ name }: Declared, directory: Directory): Remark[] {
  const isRole = directory.kinds.get("roles")?.has(name) ?? false;
  if (!isRole && !builtInNames("roles").has(name)) return [];
  return [
    {
      code: "group-named-like-role",
      severity: "warning",
      pointer: "",
      message: `there is a role called "${name}" too, and beside a role the server takes no action group of its name`,
      hint: "rename the action group",
      // The shipped group "manage_snapshots" has the name of a shipped role; nobody writes it.
      ...(builtInNames("actiongroups").has(name) ? {} : { refusedByServer: true, beside: "roles" }),
    },
  ];
}

function circle(entity: Declared, directory: Directory): Remark[] {
  const groups = directory.kinds.get("actiongroups");
  for (const { name, pointer } of referencesOf(entity)) {
    if (name === entity.name) return [itself(pointer)];
    const path = groups && pathBetween(name, entity.name, groups);
    if (path) return [through(pointer, [entity.name, ...path])];
  }
  return [];
}

function itself(pointer: string): Remark {
  return {
    code: "group-in-itself",
    severity: "warning",
    pointer,
    message: "the action group contains itself, which the server refuses",
    hint: "remove its own name",
    refusedByServer: true,
  };
}

function through(pointer: string, path: readonly string[]): Remark {
  return {
    code: "group-circle",
    severity: "warning",
    pointer,
    message: `the action group contains itself: ${path.join(" → ")}`,
    hint: "take one of these groups out of another",
  };
}

function pathBetween(from: string, to: string, groups: ReadonlyMap<string, Declared>): string[] | undefined {
  const origin = new Map<string, string | undefined>([[from, undefined]]);
  for (const name of origin.keys()) {
    const group = groups.get(name);
    for (const reference of group ? referencesOf(group) : []) {
      if (reference.name === to) return [...pathTo(name, origin), to];
      if (!origin.has(reference.name)) origin.set(reference.name, name);
    }
  }
  return undefined;
}

function pathTo(name: string, origin: ReadonlyMap<string, string | undefined>): string[] {
  const before = origin.get(name);
  return before === undefined ? [name] : [...pathTo(before, origin), name];
}

function referencesOf({ kind, name, body }: Declared): { name: string; pointer: string }[] {
  return kinds[kind].references(name, body);
}
