import { valueAt, type Documents, type Turn } from "../documents.ts";
import { domainsOf, isAskedAlike, isSameDomain, mayLogIn, waysIn, type Domain, type Way } from "../login.ts";
import type { Principal } from "../principal.ts";
import { changeOf, type Loss } from "./loss.ts";

/** What becomes of the domains that let the principal in. */
export function domainLosses(turn: Turn, { login }: Principal): Loss[] {
  const change = changeOf(turn, "config", "config");
  if (!change || areAskedAlike(domainsOf(turn.before), domainsOf(turn.after))) return [];
  const after = waysIn(turn.after, login);
  const verdict = mayLogIn(after, login);
  if (verdict === "yes") return [];
  const lost = waysIn(turn.before, login).filter(
    (way) => way.verdict !== "no" && stateOf(way.domain, after)?.verdict !== "yes",
  );
  const whys = lost.map(({ domain }) => stateOf(domain, after)?.why ?? whatBecame(domain, turn.after));
  const why = whys.length > 0 ? whys.join("; ") : "no domain is left that is sure to take the login";
  const hint =
    "keep a domain that takes this login as it is, with an order of its own and before any that challenges";
  return [{ verdict, change, why, hint }];
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

function stateOf(domain: Domain, ways: readonly Way[]): Way | undefined {
  return ways.find((way) => isSameDomain(way.domain, domain));
}

function whatBecame({ name }: Domain, after: Documents): string {
  const domain = valueAt(after.get("config")?.get("config"), "dynamic", "authc", name);
  if (domain === undefined) return `the domain ${name}, by which it logs in, is gone`;
  return valueAt(domain, "http_enabled") === false
    ? `the domain ${name}, by which it logs in, is disabled`
    : `the domain ${name}, by which it logs in, is not what it was`;
}
