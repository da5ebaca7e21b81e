import { filesDigest } from "../config/files-digest.ts";
import type { Settings } from "../config/settings/settings.ts";
import type { ExitReason } from "../errors.ts";
import type { Directory } from "../model.ts";
import { plan, type Reviewed } from "../reconcile.ts";
import { carryOut } from "./carry-out.ts";
import { connect } from "./connect.ts";
import type { Io } from "./io.ts";
import { guardsOf, readTask } from "./task.ts";

/** Plans, asks, writes, and reads again what was written. */
export async function run(settings: Settings, io: Io): Promise<ExitReason> {
  const began = performance.now();
  const task = await readTask(settings, io);
  const connection = await connect(settings, io);
  return carryOut({ command: "apply", settings, io, connection, began }, async (writer, lockout) =>
    plan(writer, connection, {
      ...task,
      isSending: true,
      guards: guardsOf(settings),
      lockout,
      ...(await reviewedOf(settings, task.directory)),
    }),
  );
}

/** The plan that the run is held to, if one was reviewed. */
async function reviewedOf(
  { savedPlan, expectPlan, directory }: Settings,
  { usedFiles = new Set() }: Directory,
): Promise<{ reviewed?: Reviewed }> {
  if (savedPlan)
    return {
      reviewed: { saved: savedPlan, now: new Date(), filesDigest: await filesDigest(directory, usedFiles) },
    };
  return expectPlan === undefined ? {} : { reviewed: { id: expectPlan } };
}
