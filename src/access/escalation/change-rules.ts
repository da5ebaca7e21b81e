import type { Change } from "../../model/change.ts";
import type { EscalationWord } from "../../model/escalation-word.ts";
import type { KindName } from "../../model/kind-name.ts";
import type { Body } from "../../model/value.ts";
import { listAuditLosses } from "./audit.ts";
import { listOpenedRequests } from "./allowlist.ts";
import { isOpenToAnonymous, listUnprovenLogins } from "./logins.ts";
import { listNewAuthorities } from "./authorities.ts";
import { readTexts } from "../documents.ts";

/** Finds escalations in one changed entity, as sentences about it. */
interface ChangeRule {
  readonly word: EscalationWord;
  /** The kinds that the rule is about; absent for all. */
  readonly kind?: KindName;
  readonly find: (before: Body, after: Body) => string[];
}

/** The rules for entities that nobody has as permissions: settings, nodes, flags. */
const changeRules: readonly ChangeRule[] = [
  {
    word: "unproven-login",
    kind: "config",
    find: (before, after) => listNew(listUnprovenLogins(before), listUnprovenLogins(after)),
  },
  { word: "login-authority", kind: "config", find: listNewAuthorities },
  {
    word: "anonymous-login",
    kind: "config",
    find: (before, after) =>
      !isOpenToAnonymous(before) && isOpenToAnonymous(after) ? ["lets in callers without a login"] : [],
  },
  { word: "weaker-audit", kind: "audit", find: listAuditLosses },
  {
    word: "node-trust",
    kind: "nodesdn",
    find: (before, after) => listNew(listDns(before), listDns(after)).map((dn) => `trusts ${dn} as a node`),
  },
  { word: "wider-allowlist", kind: "allowlist", find: listOpenedRequests },
  {
    word: "protected-entity",
    find: (before, after) =>
      ["hidden", "reserved"]
        .filter((flag) => after[flag] === true && before[flag] !== true)
        .map((flag) => `becomes ${flag}: only the admin certificate can change it`),
  },
];

/** Finds the escalations of one change, with the sentences of each rule. */
export function applyChangeRules(change: Change): { word: EscalationWord; effect: string }[] {
  if (change.action === "delete") return [];
  const before = change.action === "create" ? {} : change.before;
  return changeRules
    .filter(({ kind }) => kind === undefined || kind === change.kind)
    .map(({ word, find }) => ({ word, effect: find(before, change.after).join("; ") }))
    .filter(({ effect }) => effect !== "");
}

function listDns(body: Body): string[] {
  return readTexts(body, "nodes_dn").map(({ shown }) => shown);
}

function listNew(before: readonly string[], after: readonly string[]): string[] {
  return after.filter((one) => !before.includes(one));
}
