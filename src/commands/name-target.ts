import type { TargetRun } from "../model/target-run.ts";
import type { Result } from "../report/command-result.ts";
import { toolVersion } from "../tool-version.ts";
import type { Io } from "./io.ts";

/** Commands whose documents name their target, so that `osac report merge` can join them. */
const reported = new Set(["validate", "plan", "apply", "drift", "status"]);

/** A run on one target. A run that failed early has no beginning. */
interface NamedRun extends Pick<Io, "env"> {
  readonly command: string | undefined;
  readonly target: string | undefined;
  /** `performance.now()` at the start. */
  readonly began?: number;
}

/** Adds the target of a run to the documents of its result. Returns the same result without a target. */
export function nameTarget(
  result: Result,
  { command, target, began = performance.now(), env }: NamedRun,
): Result {
  if (!target || !command || !reported.has(command)) return result;
  const seconds = Math.round(performance.now() - began) / 1000;
  const run: TargetRun = { name: target, run: findRunId(env), tool: toolVersion(), seconds };
  const { document, report } = result;
  return {
    ...result,
    document: () => ({ ...document(), target: run }),
    ...(report && {
      report: () => {
        const found = report();
        return { ...found, document: { ...found.document, target: run } };
      },
    }),
  };
}

/** Finds the id that all jobs of one pipeline share. */
function findRunId(env: Io["env"]): string | null {
  return env["OSAC_RUN_ID"] || env["GITHUB_RUN_ID"] || env["CI_PIPELINE_ID"] || null;
}
