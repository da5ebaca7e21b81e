import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { OsacError, failure, makeFinding } from "../../errors.ts";
import { options, type OptionName } from "../../settings/options.ts";
import type { Settings, TargetNote } from "../../settings/settings.ts";
import { explainWriteError, refuseLinkedPath } from "../../storage/atomic-file.ts";
import type { Given } from "../arguments.ts";

/** Flags of the run as a whole. Its targets never get them. */
const flagsOfFleet: readonly OptionName[] = ["targetSelection", "concurrency", "passGate", "plans"];

/** Flags about one cluster: each target has a value of its own, or the result has no row in a table. */
const flagsOfOneCluster: readonly OptionName[] = ["target", "url", "plan", "expectPlan", "serviceReport"];

/** Flags of files that can be the standard input, which one target alone could read. */
const flagsOfStdin: readonly OptionName[] = ["passwordFile", "tokenFile"];

/** Refuses flags that cannot be the same for several targets. */
export function refuseFlagsOfOneCluster({ flags }: Given): void {
  const single = flagsOfOneCluster.filter((name) => flags.has(name));
  const read = flagsOfStdin.filter((name) => flags.get(name)?.[0] === "-");
  const findings = [
    ...single.map((name) =>
      makeFinding("misplaced-flag", {
        message: `--${options[name].flag} is about one cluster, and the run has several targets`,
        hint: "leave it out, or pass --target NAME for a run on one target",
      }),
    ),
    ...read.map((name) =>
      makeFinding("misplaced-flag", {
        message: `--${options[name].flag} - reads the standard input, which several targets cannot share`,
        hint: "set OSAC_TARGET_NAME_PASSWORD or OSAC_TARGET_NAME_TOKEN for each target",
      }),
    ),
  ];
  if (findings.length > 0) throw new OsacError("input", findings);
}

/** Makes the command line of one target: that of the run, with the target's own files. */
export function makeTargetGiven(given: Given, { name }: TargetNote, { out }: Settings): Given {
  const own = new Map([...given.flags].filter(([flag]) => !flagsOfFleet.includes(flag)));
  // The targets print texts. The run as a whole has the requested format.
  own.set("target", [name]).set("output", ["text"]);
  if (out !== undefined) own.set("out", [makePlanPath(out, name)]);
  // Messages about a plan name its file as the user typed the directory.
  const plans = given.flags.get("plans")?.[0];
  if (plans !== undefined) own.set("plan", [makePlanPath(plans, name)]);
  return { ...given, flags: own };
}

function makePlanPath(directory: string, name: string): string {
  return join(directory, `${name}.json`);
}

/** Makes the directory of the saved plans. */
export async function makePlanDirectory({ out }: Settings): Promise<void> {
  if (out === undefined) return;
  refuseLinkedPath(out);
  await mkdir(out, { recursive: true }).catch((error: unknown) => {
    throw failure("input", "unwritable-file", `--out ${out}: ${explainWriteError(error)}`);
  });
}
