import type { Documents, Transition } from "../documents.ts";
import { valueAtPath } from "../../value/path.ts";
import {
  listDomains,
  isAskedAlike,
  isSameDomain,
  mayLogIn,
  judgeDomains,
  type Domain,
  type DomainJudgement,
} from "../login-domains.ts";
import type { Principal } from "../principal.ts";
import { findChange, type Loss } from "./loss.ts";

/** Finds changes of the login domains that accept the principal. */
export function domainLosses(transition: Transition, { login }: Principal): Loss[] {
  const change = findChange(transition, "config", "config");
  if (!change || areAskedAlike(listDomains(transition.before), listDomains(transition.after))) return [];
  const after = judgeDomains(transition.after, login);
  const verdict = mayLogIn(after, login);
  if (verdict === "yes") return [];
  const lost = judgeDomains(transition.before, login).filter(
    (way) => way.certainty !== "no" && findJudgement(way.domain, after)?.certainty !== "yes",
  );
  const whys = lost.map(
    ({ domain }) => findJudgement(domain, after)?.why ?? describeDomainAfter(domain, transition.after),
  );
  const why = whys.length > 0 ? whys.join("; ") : "no domain is left that is sure to take the login";
  const hint =
    "keep a domain that takes this login as it is, with an order of its own and before any that challenges";
  return [{ certainty: verdict, change, why, hint }];
}

function areAskedAlike(before: readonly Domain[], after: readonly Domain[]): boolean {
  return (
    before.length === after.length &&
    before.every((domain, index) => {
      const other = after[index]!;
      return domain.name === other.name && isAskedAlike(domain, other) && isSameDomain(domain, other);
    })
  );
}

function findJudgement(domain: Domain, judgements: readonly DomainJudgement[]): DomainJudgement | undefined {
  return judgements.find((way) => isSameDomain(way.domain, domain));
}

function describeDomainAfter({ name }: Domain, after: Documents): string {
  const domain = valueAtPath(after.get("config")?.get("config"), ["dynamic", "authc", name]);
  if (domain === undefined) return `the domain ${name}, by which it logs in, is gone`;
  return valueAtPath(domain, ["http_enabled"]) === false
    ? `the domain ${name}, by which it logs in, is disabled`
    : `the domain ${name}, by which it logs in, is not what it was`;
}
