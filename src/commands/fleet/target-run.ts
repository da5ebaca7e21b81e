import type { TargetRow } from "../../report/fleet/target-row.ts";
import type { RunEnd } from "./run-end.ts";
import type { TargetOutput } from "./target-output.ts";

/** A target with the end of its run; a target that was not started has no output. */
export interface TargetRun {
  readonly row: TargetRow;
  readonly result?: RunEnd["result"] | undefined;
  readonly output?: TargetOutput;
}
