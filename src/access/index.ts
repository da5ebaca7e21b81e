import { allowlistLosses } from "./losses/allowlist.ts";
import { domainLosses } from "./losses/domains.ts";
import type { Turn } from "./documents.ts";
import type { Loss } from "./losses/loss.ts";
import { restAdministratorLosses } from "./losses/rest-administrator.ts";
import { roleLosses } from "./losses/roles.ts";
import { userLosses } from "./losses/user.ts";
import type { Principal } from "./principal.ts";

export type { ListedRequest } from "./allowlist.ts";
export { certificateUser, isSameDn } from "./certificate.ts";
export { documentsOf, turnOf, valueAt, type Documents, type Turn } from "./documents.ts";
export { domainsFor, domainsOf, type Credentials, type Login } from "./login.ts";
export type { Loss } from "./losses/loss.ts";
export { accessKinds, canTakeAccess, ownChanges } from "./own-changes.ts";
export { passwordTrials, type PasswordTrials } from "./password-trials.ts";
export { identityOf, isAmongUsers, mayAdminister, type Person, type Principal } from "./principal.ts";
export { allOf, anyOf, type Verdict } from "./verdict.ts";

/** Every link of the principal's chain, from the login to the REST API, that the changes break. */
export function lossesOf(turn: Turn, principal: Principal): Loss[] {
  const user = userLosses(turn, principal);
  // Whoever is not there any more, or is not let in, has nothing else to lose.
  if (user.some(({ verdict }) => verdict === "no")) return user;
  return [
    ...user,
    ...domainLosses(turn, principal),
    ...roleLosses(turn, principal),
    ...restAdministratorLosses(turn, principal),
    ...allowlistLosses(turn, principal),
  ];
}
