import type { Directory } from "../model/entity.ts";
import type { KindName } from "../model/kind-name.ts";
import type { Value, Body } from "../model/value.ts";
import { findTexts, listMaps, toStoredText } from "../value/texts.ts";
import { hiddenAdministration } from "./hidden-administration.ts";
import { hostWithoutMatch, networkAsHost } from "./hosts.ts";
import { badArn } from "./iam-arns.ts";
import { patternWithoutIndex } from "./index-patterns.ts";
import { badField, badMaskedField } from "./masked-fields.ts";
import { badPattern, groupPattern, rolePattern, tenantPattern } from "./patterns.ts";
import { badPermission } from "./permissions.ts";
import type { LintFinding } from "../model/finding.ts";
import type { Rule, TextCheck } from "./rule.ts";
import { unknownAction } from "./unknown-actions.ts";
import { memoize } from "../value/memoize.ts";

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
        users: [mapped, badArn("users")],
        hosts: [mapped, networkAsHost, hostWithoutMatch],
        backend_roles: [mapped, badArn("backend_roles")],
        and_backend_roles: [mapped, badArn("and_backend_roles")],
      },
    },
  ],
  roles: [
    { lists: { cluster_permissions: [rolePattern, badPermission, unknownAction, hiddenAdministration] } },
    {
      within: "index_permissions",
      lists: {
        index_patterns: [badPattern("ignored"), patternWithoutIndex],
        allowed_actions: [badPattern("actions"), badPermission, unknownAction, hiddenAdministration],
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
  actiongroups: [
    { lists: { allowed_actions: [groupPattern, badPermission, unknownAction, hiddenAdministration] } },
  ],
  nodesdn: [{ lists: { nodes_dn: [badPattern("ignored")] } }],
};

/** Texts without a flaw, by their checks: a directory repeats the same few texts in many places. */
type SoundTexts = Map<readonly TextCheck[], Set<string>>;

const getSoundTexts = memoize<Directory, SoundTexts>(() => new Map());

/** Checks each text of the lists by itself. Few entities have a flaw, so osac computes places only for those. */
export const listTextRule: Rule = ({ kind, body }, directory) => {
  const sound = getSoundTexts(directory);
  const remarks: LintFinding[] = [];
  for (const { within, lists } of places[kind] ?? [])
    if (within === undefined) addRemarks(remarks, body, "", lists, sound);
    else
      for (const { fields, pointer } of listMaps(body[within], `/${within}`))
        addRemarks(remarks, fields, pointer, lists, sound);
  return remarks;
};

function addRemarks(
  remarks: LintFinding[],
  fields: Body,
  pointer: string,
  lists: Lists,
  sound: SoundTexts,
): void {
  for (const field in lists) {
    const list = fields[field];
    const checks = lists[field]!;
    if (!Array.isArray(list) || isSoundList(list, checks, sound)) continue;
    for (const text of findTexts(list, `${pointer}/${field}`))
      for (const check of checks) {
        const remark = check(text.text)?.(text);
        if (remark) remarks.push(remark);
      }
  }
}

function isSoundList(list: readonly Value[], checks: readonly TextCheck[], known: SoundTexts): boolean {
  let sound = known.get(checks);
  if (!sound) known.set(checks, (sound = new Set()));
  for (const item of list) {
    const text = toStoredText(item);
    if (text === undefined || sound.has(text)) continue;
    for (const check of checks) if (check(text) !== undefined) return false;
    sound.add(text);
  }
  return true;
}
