import type { Transition } from "../documents.ts";
import { isAmongUsers, type Principal } from "../principal.ts";
import { findChange, type Loss } from "./loss.ts";

/** Finds changes of the internal user, and of its password, that end the login. */
export function userLosses(transition: Transition, principal: Principal): Loss[] {
  if (principal.login.isInternal !== true) return [];
  const { name, keepsPassword = "yes" } = principal;
  const own = findChange(transition, "internalusers", name);
  const hint = "keep the user until there is another one that osac logs in as";
  if (!isAmongUsers(transition.after, principal)) {
    const change = own ?? transition.changes.find(({ kind }) => kind === "internalusers");
    const why =
      name === undefined
        ? "no user with this backend role would be left"
        : "this change deletes the user itself";
    return change ? [{ certainty: "no", change, why, hint }] : [];
  }
  if (!own || keepsPassword === "yes") return [];
  const why =
    keepsPassword === "no"
      ? "this change sets another password than the one in use"
      : "whether this change keeps the password in use cannot be told";
  const rotate = "rotate it with `osac account password`, and log in with the new one from then on";
  return [{ certainty: keepsPassword, change: own, why, hint: rotate }];
}
