import type { OsacError } from "../errors.ts";
import type { Report } from "../report/command-result.ts";
import type { Secret } from "../secrets/secret.ts";
import type { Environment } from "../model/environment.ts";

/** A stream that a command writes to. */
export interface Output {
  write(text: string): void;
  readonly isTerminal: boolean;
  /** The width of the terminal in characters; absent without a terminal. */
  readonly columns?: number;
}

/** Everything of the process that a run may touch. Tests pass their own. */
export interface Io {
  /** Results only. */
  readonly stdout: Output;
  /** Progress, questions and errors. */
  readonly stderr: Output;
  /** Warnings before the result. With `--quiet` they are withheld until there is something to report. */
  readonly foreword?: Output;
  readonly stdin: AsyncIterable<string | Uint8Array> & { readonly isTerminal: boolean };
  readonly env: Environment;
  readonly cwd: string;
  /** Returns a token that stays valid for a while; present if `OSAC_TOKEN` lives for minutes only. */
  readonly freshToken?: (() => Promise<Secret>) | undefined;
  /** Aborted by Ctrl-C or SIGTERM; the reason is the signal's name. */
  readonly signal: AbortSignal;
  /**
   * After this call a signal no longer ends the command, which must check the signal itself. Throws after a
   * signal.
   */
  beginWriting?(): void;
  /**
   * Called with the UUID of the cluster before the run uses anything that it read. Throws if another target
   * of the run has it.
   */
  readonly claimCluster?: ((uuid: string, isShared: boolean) => void) | undefined;
  /** Why the cluster could not be reached a moment ago; the run ends with it when it would connect. */
  readonly connectionFailure?: OsacError | undefined;
  /** Receives each report of the run, the last one with its end, for programs that run osac as a part. */
  readonly report?: ((report: Report) => void) | undefined;
}
