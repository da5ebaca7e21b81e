import { listNames } from "../../kinds/list-names.ts";
import type {
  Change,
  Finding,
  Inverse,
  KindName,
  LiveKind,
  PatchRequest,
  Standing,
  Step,
  Suspect,
  Trial,
  Writer,
} from "../../model.ts";

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

/** What applying needs to know of its surroundings. */
export interface Surroundings {
  readonly writer: Writer;
  /** The kind as it is now. */
  readonly reread: (kind: KindName) => Promise<LiveKind>;
  readonly standingOf: (change: Change, live: LiveKind) => Standing;
  /** The PATCH that takes a request of this run back. */
  readonly inverseOf: (step: Step) => Inverse;
  /** A write that changes nothing for anybody, to find out whether writes take effect. */
  readonly trialFor: (kind: KindName) => Trial;
  /** Entities of a request that are known, or likely, to be what a server cannot load. */
  readonly suspectsIn: (step: Step) => readonly Suspect[];
  /** Where a kind is, for people who have to send something by hand. */
  readonly pathOf: (kind: KindName) => string;
  /** How long the server may work on one write. */
  readonly patienceMs: number;
  /** Whether every entity of a request must still stand as the plan found it right before the request is sent. */
  readonly comparesBeforeEach?: boolean;
  /** Whether kinds that have nothing to do with one that failed are still written. */
  readonly keepsGoing?: boolean;
  /**
   * Called after each request that was written: why the caller cannot change the security configuration any more, if it
   * cannot. Then the request is taken back, and the run ends.
   */
  readonly proveAccess?: (request: PatchRequest) => Promise<string | undefined>;
  /** Somebody else who may take such a request back; the caller itself has rarely kept what it takes. */
  readonly recovery?: Undoing;
  readonly signal: AbortSignal;
  readonly onRequest: (request: PatchRequest, index: number) => void;
  /** Called with what is about to be sent; an `OsacError` keeps it from being sent, and ends the run. */
  readonly onSending?: (changes: readonly Change[]) => void;
  /** Called with what each request decided, and at the end with what was not tried; an `OsacError` ends the run. */
  readonly onDecided?: (outcomes: readonly Outcome[], durationMs: number) => void;
  /** Called when it is unclear whether a request was written, before looking for so long. */
  readonly onUnclear?: (request: PatchRequest, seconds: number) => void;
}

/** What undoing needs of its surroundings. */
export type Undoing = Pick<
  Surroundings,
  "writer" | "reread" | "standingOf" | "inverseOf" | "trialFor" | "patienceMs"
>;

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
