import { allowlistLosses } from "./losses/allowlist.ts";
import { domainLosses } from "./losses/domains.ts";
import type { Transition } from "./documents.ts";
import type { Loss } from "./losses/loss.ts";
import { restAdministratorLosses } from "./losses/rest-administrator.ts";
import { roleLosses } from "./losses/roles.ts";
import { userLosses } from "./losses/user.ts";
import type { Principal } from "./principal.ts";

export type { ListedRequest } from "./allowlist.ts";
export { findCertificateUser, isSameDn } from "./certificate.ts";
export { toDocuments, makeTransition, type Documents, type Transition } from "./documents.ts";
export { domainsFor, listDomains, type Credentials, type LoginAttempt } from "./login-domains.ts";
export type { Loss } from "./losses/loss.ts";
export { canTakeAccess, findOwnChanges } from "./own-changes.ts";
export { assessPasswordTrials, type PasswordTrials } from "./password-trials.ts";
export { resolveIdentity, isAmongUsers, mayAdminister, type Person, type Principal } from "./principal.ts";
export { combineAll, combineAny, type Certainty } from "./certainty.ts";

/** Finds every link of the principal's chain, from the login to the REST API, that the changes break. */
export function findAccessLosses(transition: Transition, principal: Principal): Loss[] {
  const user = userLosses(transition, principal);
  // A user that is deleted, or cannot log in, has nothing else to lose.
  if (user.some(({ certainty }) => certainty === "no")) return user;
  return [
    ...user,
    ...domainLosses(transition, principal),
    ...roleLosses(transition, principal),
    ...restAdministratorLosses(transition, principal),
    ...allowlistLosses(transition, principal),
  ];
}
