import type { Turn } from "../documents.ts";
import { isAmongUsers, type Principal } from "../principal.ts";
import { changeOf, type Loss } from "./loss.ts";

/** What becomes of the internal user, and of its password. */
export function userLosses(turn: Turn, principal: Principal): Loss[] {
  if (principal.login.isInternal !== true) return [];
  const { name, keepsPassword = "yes" } = principal;
  const own = changeOf(turn, "internalusers", name);
  const hint = "keep the user until there is another one that osac logs in as";
  if (!isAmongUsers(turn.after, principal)) {
    const change = own ?? turn.changes.find(({ kind }) => kind === "internalusers");
    const why =
      name === undefined
        ? "no user with this backend role would be left"
        : "this change deletes the user itself";
    return change ? [{ verdict: "no", change, why, hint }] : [];
  }
  if (!own || keepsPassword === "yes") return [];
  const why =
    keepsPassword === "no"
      ? "this change sets another password than the one in use"
      : "whether this change keeps the password in use cannot be told";
  const rotate = "rotate it with `osac account password`, and log in with the new one from then on";
  return [{ verdict: keepsPassword, change: own, why, hint: rotate }];
}
