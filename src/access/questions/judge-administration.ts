import { partialEndpoints } from "../compare/effects.ts";
import { listAdministration, type Administration } from "../compare/view.ts";
import type { Access, Because, Caller, Decision } from "../effective/index.ts";
import type { Judgement, ProbeAnswer } from "./judgement.ts";

const what = "change the security configuration";

/** Judges whether a caller can give itself, and everyone, all other permissions. */
export function judgeAdministration(
  access: Access,
  caller: Caller,
  restApiRoles: readonly string[],
): Judgement {
  const means = listAdministration(access, caller, restApiRoles);
  const sure = means.filter(({ perhaps }) => perhaps === undefined);
  const isWhole = sure.some(({ endpoint }) => !partialEndpoints.has(endpoint));
  const isOpen = !isWhole && means.length > sure.length;
  const answer: ProbeAnswer = { level: "everything", what, decision: decide(means, sure) };
  return {
    word: "administrator",
    levels: isWhole ? ["everything"] : [],
    open: isOpen ? ["everything"] : [],
    single: !isWhole && !isOpen && sure.length > 0 ? answer : undefined,
    answers: [answer],
  };
}

function decide(means: readonly Administration[], sure: readonly Administration[]): Decision {
  if (sure.length > 0) return { verdict: "allowed", because: sure.map(toBecause) };
  if (means.length === 0) return { verdict: "denied", missing: [missing] };
  const reasons = means.map(({ perhaps }) => ({ code: "expression", text: perhaps! }) as const);
  return { verdict: "unknown", reasons };
}

const missing = {
  need: "rule",
  what: "no role opens the REST API of the security configuration, and no permission begins with restapi:admin/",
  names: [],
  nearest: [],
} as const;

function toBecause({ endpoint, chain = [] }: Administration): Because {
  return { action: endpoint === "*" ? what : `restapi:admin/${endpoint}`, chain };
}
