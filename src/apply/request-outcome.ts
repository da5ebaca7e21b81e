import { listNames } from "../value/list-names.ts";
import type { Change, PatchRequest, Step } from "../model/change.ts";
import type { Finding } from "../model/finding.ts";

/** Entities that a message names. */
const namesMax = 10;

/** What became of one change. `failed` was not written, or was taken back; what else is true of it a finding says. */
export type ChangeResult = "done" | "failed" | "not-tried";

/** What became of one change. */
export interface Outcome {
  readonly change: Change;
  readonly result: ChangeResult;
}

/** What became of one request. */
export interface RequestOutcome {
  /** One for each of its changes. */
  readonly results: readonly ChangeResult[];
  readonly findings: readonly Finding[];
  /** Whether kinds that have nothing to do with this one may still be written. */
  readonly mayGoOn: boolean;
  /** Nobody could look whether anything was stored. */
  readonly isUnknown?: true | undefined;
}

/** What is wrong, before it is known of which entity. */
export type Fault = Pick<Finding, "code" | "message" | "hint" | "refusedBy">;

/** Everything was written. */
export function doneOutcome({ changes }: Step): RequestOutcome {
  return { results: changes.map(() => "done"), findings: [], mayGoOn: true };
}

/** Nothing was sent. */
export function notTriedOutcome({ changes }: Step, findings: readonly Finding[] = []): RequestOutcome {
  return { results: changes.map(() => "not-tried"), findings, mayGoOn: false };
}

/** Nothing of it is there, or nobody can tell; the finding says which. */
export function failedOutcome(step: Step, fault: Fault, mayGoOn: boolean): RequestOutcome {
  return { results: step.changes.map(() => "failed"), findings: [requestFinding(step, fault)], mayGoOn };
}

/** A finding about a request: about its entity, or where there are several it names them. */
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

/** Names for a message: the first of them, and how many more there are. */
export function listChangeNames(changes: readonly Change[]): string {
  return listNames(
    changes.map(({ name }) => name),
    namesMax,
  );
}
