import { can, type Access, type Answer, type Caller, type Target } from "../effective/index.ts";
import type { ListedAccess, NamedAccess } from "./list-access.ts";
import { findTargetKind } from "./parse-question.ts";
import { listSafeOperations } from "./safe-requests.ts";

/** A question with the answer of osac. */
export interface Answered {
  readonly caller: Caller;
  readonly what: string;
  readonly target: Target;
  readonly answer: Answer;
}

/**
 * Lists the questions about a list that a cluster can be asked: for each line all operations whose requests only
 * read, on one of its names. Whether the caller can do them is in the answers.
 */
export function listQuestions(access: Access, caller: Caller, listed: ListedAccess): Answered[] {
  const questions = [
    ...pair("cluster", { kind: "cluster" }),
    ...listed.indices.flatMap((line) =>
      pair("indices", { kind: "indices", expressions: [pickName(access, line)] }),
    ),
    ...listed.tenants.map(({ name, access: level }) => ({
      what: level === "write" ? "save in Dashboards" : "read in Dashboards",
      target: { kind: "tenant", name } as const,
    })),
  ];
  return questions.map(({ what, target }) => ({
    caller,
    what,
    target,
    answer: can(access, caller, what, target),
  }));
}

function pair(kind: Target["kind"], target: Target): { what: string; target: Target }[] {
  return listSafeOperations()
    .filter((what) => findTargetKind(what) === kind)
    .map((what) => ({ what, target }));
}

/** The names of a line have the same operations. */
function pickName({ names: known }: Access, { names, example }: NamedAccess): string {
  const isPlain = (name: string): boolean => known?.indices.get(name)?.isClosed === false;
  return example ?? names.find(isPlain) ?? names[0]!;
}
