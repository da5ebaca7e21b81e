/** The run of a command on one of several targets, as the JSON document of the run names it. */
export interface TargetRun {
  /** The name of the target. */
  readonly name: string;
  /** The id that all runs of one fleet share; null if nothing names it. */
  readonly run: string | null;
  /** The version of osac. */
  readonly tool: string;
  readonly seconds: number;
}
