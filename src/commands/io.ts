import type { Report } from "../report/report.ts";
import type { Secret } from "../secrets/secret.ts";

/** A stream that a command writes to. */
export interface Output {
  write(text: string): void;
  readonly isTerminal: boolean;
  /** The width of the terminal in characters, where there is one. */
  readonly columns?: number;
}

/** Everything of the process that a run may touch, handed in so that a test can hand in its own. */
export interface Io {
  /** Results, and nothing else. */
  readonly stdout: Output;
  /** Progress, questions and errors. */
  readonly stderr: Output;
  /** Warnings before the run has found anything; with `--quiet` they are held back until there is something to report. */
  readonly foreword?: Output;
  readonly stdin: AsyncIterable<string | Uint8Array> & { readonly isTerminal: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Where `OSAC_TOKEN` lives for minutes only: gives one that lives a while yet. */
  readonly freshToken?: (() => Promise<Secret>) | undefined;
  /** Aborted by Ctrl-C or SIGTERM; the reason is the signal's name. */
  readonly signal: AbortSignal;
  /** From here on a signal no longer ends the command, which has to heed it itself. Throws if one has come already. */
  beginWriting?(): void;
  /** Gets what the run found, the last one being how it ended; for whoever runs osac as a part of something larger. */
  readonly report?: ((report: Report) => void) | undefined;
}
