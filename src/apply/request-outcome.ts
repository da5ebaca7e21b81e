import { listNames } from "../value/list-names.ts";
import type { Change, PatchRequest, Step } from "../model/change.ts";
import type { Finding } from "../model/finding.ts";

/** Entities that a message names. */
const namesMax = 10;

/** The result of one change. `failed`: not written, or reverted; a finding has the details. */
export type ChangeResult = "done" | "failed" | "not-tried";

/** A change with its result. */
export interface Outcome {
  readonly change: Change;
  readonly result: ChangeResult;
}

/** A request with the results of its changes. */
export interface RequestOutcome {
  /** One for each of its changes. */
  readonly results: readonly ChangeResult[];
  readonly findings: readonly Finding[];
  /** True if osac may still write kinds that do not depend on this one. */
  readonly mayGoOn: boolean;
  /** osac could not read whether anything was stored. */
  readonly isUnknown?: true | undefined;
}

/** An error before osac knows its entity. */
export type Fault = Pick<Finding, "code" | "message" | "hint" | "refusedBy">;

/** Everything was written. */
export function doneOutcome({ changes }: Step): RequestOutcome {
  return { results: changes.map(() => "done"), findings: [], mayGoOn: true };
}

/** Nothing was sent. */
export function notTriedOutcome({ changes }: Step, findings: readonly Finding[] = []): RequestOutcome {
  return { results: changes.map(() => "not-tried"), findings, mayGoOn: false };
}

/** Nothing was written, or osac cannot know; the finding states which. */
export function failedOutcome(step: Step, fault: Fault, mayGoOn: boolean): RequestOutcome {
  return { results: step.changes.map(() => "failed"), findings: [requestFinding(step, fault)], mayGoOn };
}

/** A finding about a request. It is about the only entity of the request, or its message names several. */
export function requestFinding({ kind, changes }: PatchRequest, fault: Fault): Finding {
  const [only, ...others] = changes;
  if (only && others.length === 0) return changeFinding(only, fault);
  const message = `${fault.message} (the request had ${listChangeNames(changes)})`;
  return { severity: "error", kind, ...fault, message };
}

/** A finding about one entity. */
export function changeFinding({ kind, name, at }: Change, fault: Fault): Finding {
  return { severity: "error", kind, ...fault, name, at };
}

/** Names for a message: the first names, and the number of the others. */
export function listChangeNames(changes: readonly Change[]): string {
  return listNames(
    changes.map(({ name }) => name),
    namesMax,
  );
}
