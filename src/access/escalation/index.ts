import type { AccessChange } from "../../model/access-change.ts";
import type { Change } from "../../model/change.ts";
import type { Escalation } from "../../model/escalation.ts";
import { escalationWords } from "../../model/escalation-word.ts";
import { formatAddress } from "../../kinds/address.ts";
import { applyChangeRules } from "./change-rules.ts";
import { formatSubject } from "./format-subject.ts";

/** Finds all escalations of some changes, ordered by their words. */
export function findEscalations(
  ofPrincipals: readonly AccessChange[],
  changes: readonly Change[],
): Escalation[] {
  const found = [...ofPrincipals.map(toEscalation), ...changes.flatMap(findInChange)];
  const words = Object.keys(escalationWords);
  return found.toSorted((a, b) => words.indexOf(a.word) - words.indexOf(b.word));
}

function toEscalation({
  escalation,
  principals,
  effect,
  example,
  perhaps,
  causes,
}: AccessChange): Escalation {
  const word = escalation!;
  const names = principals.map((principal) => `${word}/${formatSubject(principal)}`);
  return { word, names, principals, effect, example, perhaps, causes };
}

function findInChange(change: Change): Escalation[] {
  const { kind, name, at } = change;
  return applyChangeRules(change).map(({ word, effect }) => ({
    word,
    names: [`${word}/${formatAddress(change)}`],
    principals: [],
    effect,
    causes: [{ kind, name, at }],
  }));
}
