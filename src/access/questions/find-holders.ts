import { readTexts } from "../documents.ts";
import {
  can,
  identifyCaller,
  type Access,
  type Answer,
  type Subject,
  type Target,
} from "../effective/index.ts";
import { findNamesakes, giveName } from "./find-namesakes.ts";

/** A subject that can, or may be able to, do something, and the answer for it. */
export interface Holder {
  readonly subject: Subject;
  readonly answer: Answer;
}

/**
 * Finds the subjects that can do something: each internal user, and a subject for each entry of a mapping
 * that satisfies this entry and no other. Other back ends have any number of users; each has the access of
 * all entries that it satisfies.
 */
export function findHolders(access: Access, what: string, target: Target, address?: string): Holder[] {
  const subjects = listSubjects(access, address);
  const known = new Set(subjects.flatMap((one) => ("name" in one ? one.name : [])));
  const namesakes = subjects
    .flatMap((subject) => listNamesakes(access, subject, what, target))
    .filter(({ name }) => !known.has(name));
  const distinct = new Map(namesakes.map((one) => [one.name, one.subject]));
  return [...subjects, ...distinct.values()]
    .map((subject) => ({ subject, answer: can(access, identifyCaller(access, subject), what, target) }))
    .filter(({ answer }) => answer.decision.verdict !== "denied");
}

/** Lists callers after whose names a role names its indices. */
function listNamesakes(
  access: Access,
  subject: Subject,
  what: string,
  target: Target,
): { readonly name: string; readonly subject: Subject }[] {
  const caller = identifyCaller(access, subject);
  return findNamesakes(access, caller, what, target).map((name) => ({
    name,
    subject: giveName(access, caller, name).subject,
  }));
}

/** Lists the subjects that the documents name, and one for all others. */
function listSubjects({ documents, dynamic }: Access, address?: string): Subject[] {
  const users = [...(documents.get("internalusers")?.keys() ?? [])];
  const mappings = [...(documents.get("rolesmapping")?.values() ?? [])];
  const named = new Set(mappings.flatMap((body) => readTexts(body, "users").map(({ value }) => value)));
  const roles = new Set(
    mappings.flatMap((body) => readTexts(body, "backend_roles").map(({ value }) => value)),
  );
  const together = mappings.map((body) => readTexts(body, "and_backend_roles").map(({ value }) => value));
  const external = (name: string, backendRoles: readonly string[]): Subject => ({
    kind: "external",
    name,
    backendRoles,
    address,
  });
  return [
    { kind: "everybody" },
    ...(dynamic.letsAnonymousIn ? [{ kind: "anonymous", address } as const] : []),
    ...users.map((name): Subject => ({ kind: "user", name, address })),
    ...[...named].filter((name) => name !== "*" && !users.includes(name)).map((name) => external(name, [])),
    ...[...roles].filter((name) => name !== "*").map((name): Subject => ({ kind: "backend-role", name })),
    ...together
      .filter(({ length }) => length > 0)
      .map((backendRoles) => external(backendRoles.join(" and "), backendRoles)),
  ];
}
