import type { Directory } from "../model/entity.ts";
import type { KindName } from "../model/kind-name.ts";
import type { Value, Body } from "../model/value.ts";
import { findTexts, listMaps, toStoredText } from "../value/texts.ts";
import { hostWithoutMatch, networkAsHost } from "./hosts.ts";
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
        hosts: [mapped, networkAsHost, hostWithoutMatch],
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
type SoundTexts = Map<readonly TextCheck[], Set<string>>;

const knownSound = new WeakMap<Directory, SoundTexts>();

/** Checks each text of the lists by itself. Few entities have a flaw, so osac computes places only for those. */
export const listTextRule: Rule = ({ kind, body }, directory) => {
  const sound = getSoundTexts(directory);
  return (places[kind] ?? []).flatMap(({ within, lists }) =>
    within === undefined
      ? remarksOn(body, "", lists, sound)
      : listMaps(body[within], `/${within}`).flatMap(({ fields, pointer }) =>
          remarksOn(fields, pointer, lists, sound),
        ),
  );
};

function remarksOn(fields: Body, pointer: string, lists: Lists, sound: SoundTexts): LintFinding[] {
  const remarks: LintFinding[] = [];
  for (const field in lists) {
    const checks = lists[field]!;
    if (isSoundList(fields[field], checks, sound)) continue;
    for (const text of findTexts(fields[field], `${pointer}/${field}`))
      for (const check of checks) {
        const remark = check(text.text)?.(text);
        if (remark) remarks.push(remark);
      }
  }
  return remarks;
}

function isSoundList(list: Value | undefined, checks: readonly TextCheck[], known: SoundTexts): boolean {
  if (!Array.isArray(list)) return true;
  let sound = known.get(checks);
  if (!sound) known.set(checks, (sound = new Set()));
  for (const item of list) {
    const text = toStoredText(item);
    if (text === undefined || sound.has(text)) continue;
    if (checks.some((check) => check(text) !== undefined)) return false;
    sound.add(text);
  }
  return true;
}

function getSoundTexts(directory: Directory): SoundTexts {
  let sound = knownSound.get(directory);
  if (!sound) knownSound.set(directory, (sound = new Map()));
  return sound;
}
