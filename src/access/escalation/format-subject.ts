import type { AccessPrincipal } from "../../model/access-change.ts";

/** Formats a principal as questions and approvals name it: `user:anna`, `role:ops`, `everyone`. */
export function formatSubject({ kind, name }: AccessPrincipal): string {
  switch (kind) {
    case "everyone":
    case "anonymous":
      return kind;
    case "user":
    case "user-pattern":
      return `user:${name}`;
    case "host":
      return `host:${name}`;
    default:
      return `role:${name}`;
  }
}
