import { listNames } from "../../kinds/list-names.ts";
import type { Change, Finding, PatchRequest, Step } from "../../model.ts";

/** Entities that a message names. */
const namesMax = 10;

/** What became of one change. `failed` was not written, or was taken back; what else is true of it a finding says. */
export type Result = "done" | "failed" | "not-tried";

/** What became of one change. */
export interface Outcome {
  readonly change: Change;
  readonly result: Result;
}

/** What became of one request. */
export interface Verdict {
  /** One for each of its changes. */
  readonly results: readonly Result[];
  readonly findings: readonly Finding[];
  /** Whether kinds that have nothing to do with this one may still be written. */
  readonly mayGoOn: boolean;
  /** Nobody could look whether anything was stored. */
  readonly isUnknown?: true;
}

/** What is wrong, before it is known of which entity. */
export type Fault = Pick<Finding, "code" | "message" | "hint" | "refusedBy">;

/** Everything was written. */
export function done({ changes }: Step): Verdict {
  return { results: changes.map(() => "done"), findings: [], mayGoOn: true };
}

/** Nothing was sent. */
export function notTried({ changes }: Step, findings: readonly Finding[] = []): Verdict {
  return { results: changes.map(() => "not-tried"), findings, mayGoOn: false };
}

/** Nothing of it is there, or nobody can tell; the finding says which. */
export function failed(step: Step, fault: Fault, mayGoOn: boolean): Verdict {
  return { results: step.changes.map(() => "failed"), findings: [findingOf(step, fault)], mayGoOn };
}

/** A finding about a request: about its entity, or where there are several it names them. */
export function findingOf({ kind, changes }: PatchRequest, fault: Fault): Finding {
  const [only, ...others] = changes;
  if (only && others.length === 0) return findingAbout(only, fault);
  const message = `${fault.message} (the request had ${namesOf(changes)})`;
  return { severity: "error", kind, ...fault, message };
}

/** A finding about one entity. */
export function findingAbout({ kind, name, at }: Change, fault: Fault): Finding {
  return { severity: "error", kind, ...fault, name, ...(at ? { at } : {}) };
}

/** Names for a message: the first of them, and how many more there are. */
export function namesOf(changes: readonly Change[]): string {
  return listNames(
    changes.map(({ name }) => name),
    namesMax,
  );
}
