import type { Settings } from "../../settings/settings.ts";
import type { Given } from "../arguments.ts";
import type { Command, Ended } from "../index.ts";
import type { Io } from "../io.ts";

/** The end of one run, with its exit code. */
export interface RunEnd extends Ended {
  readonly code: number;
}

/** What a run on one target of several needs besides its command line. */
export interface OneOfMany {
  /** True if a person at a terminal sees the addresses that the logins are sent to. */
  readonly isAttended: boolean;
  /** Called with the settings of the target before it is connected to. */
  readonly onSettings: (settings: Settings) => void;
}

/** How the command line runs one target of several, exactly as it runs a single cluster. */
export interface Runner {
  readonly runTarget: (given: Given, io: Io, one: OneOfMany) => Promise<RunEnd>;
  readonly runCommand: (command: Command, settings: Settings, io: Io) => Promise<RunEnd>;
}
