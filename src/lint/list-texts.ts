import type { Directory } from "../model/entity.ts";
import type { KindName } from "../model/kind-name.ts";
import type { Value } from "../model/value.ts";
import { listMaps, findTexts } from "../value/texts.ts";
import { networkAsHost } from "./hosts.ts";
import { patternWithoutIndex } from "./index-patterns.ts";
import { badField, badMaskedField } from "./masked-fields.ts";
import { badPattern, groupPattern, rolePattern, tenantPattern } from "./patterns.ts";
import { badPermission } from "./permissions.ts";
import type { LintFinding } from "../model/finding.ts";
import type { Rule, TextCheck } from "./rule.ts";
import { unknownAction } from "./unknown-actions.ts";

/** The checks for the texts of each list, by the field of the list. */
type Lists = Readonly<Record<string, readonly TextCheck[]>>;

interface Place {
  /** The list whose items have these lists; absent if the entity itself has them. */
  readonly within?: string;
  readonly lists: Lists;
}

const mapped = badPattern({});

const places: { readonly [Kind in KindName]?: readonly Place[] } = {
  rolesmapping: [
    {
      lists: {
        users: [mapped],
        hosts: [mapped, networkAsHost],
        backend_roles: [mapped],
        and_backend_roles: [mapped],
      },
    },
  ],
  roles: [
    { lists: { cluster_permissions: [rolePattern, badPermission, unknownAction] } },
    {
      within: "index_permissions",
      lists: {
        index_patterns: [badPattern("ignored"), patternWithoutIndex],
        allowed_actions: [badPattern("actions"), badPermission, unknownAction],
        masked_fields: [badMaskedField],
        fls: [badField],
      },
    },
    {
      within: "tenant_permissions",
      lists: {
        tenant_patterns: [tenantPattern],
        allowed_actions: [badPattern("ignored"), badPermission, unknownAction],
      },
    },
  ],
  actiongroups: [{ lists: { allowed_actions: [groupPattern, badPermission, unknownAction] } }],
  nodesdn: [{ lists: { nodes_dn: [badPattern("ignored")] } }],
};

/** Texts without a flaw, by their checks: a directory repeats the same few texts in many places. */
const knownSound = new WeakMap<Directory, Map<readonly TextCheck[], Set<string>>>();

/** Checks each text of the lists by itself. */
export const listTextRule: Rule = ({ kind, body }, directory) =>
  (places[kind] ?? []).flatMap(({ within, lists }) =>
    within === undefined
      ? remarksOn(body, "", lists, directory)
      : listMaps(body[within], `/${within}`).flatMap(({ fields, pointer }) =>
          remarksOn(fields, pointer, lists, directory),
        ),
  );

function remarksOn(
  fields: { readonly [field: string]: Value },
  pointer: string,
  lists: Lists,
  directory: Directory,
): LintFinding[] {
  return Object.entries(lists).flatMap(([field, checks]) => {
    const list = fields[field];
    if (!Array.isArray(list)) return [];
    const sound = soundTexts(directory, checks);
    if (list.every((item) => typeof item === "string" && sound.has(item))) return [];
    const isOdd = (text: string): boolean => {
      if (sound.has(text)) return false;
      const isSound = checks.every((check) => check(text) === undefined);
      if (isSound) sound.add(text);
      return !isSound;
    };
    return findTexts(list, `${pointer}/${field}`, isOdd).flatMap((text) =>
      checks.flatMap((check) => check(text.text)?.(text) ?? []),
    );
  });
}

function soundTexts(directory: Directory, checks: readonly TextCheck[]): Set<string> {
  let ofDirectory = knownSound.get(directory);
  if (!ofDirectory) knownSound.set(directory, (ofDirectory = new Map()));
  let sound = ofDirectory.get(checks);
  if (!sound) ofDirectory.set(checks, (sound = new Set()));
  return sound;
}
