import { hashFiles } from "../git/hash-files.ts";
import { makeLayering } from "../settings/read-layering.ts";
import type { Settings } from "../settings/settings.ts";
import type { Directory } from "../model/entity.ts";
import { plan } from "../engine/plan.ts";
import type { ReviewedPlan } from "../engine/task.ts";
import { runPlan } from "./execute-plan.ts";
import { connect } from "./connect.ts";
import type { Ended } from "./index.ts";
import type { Io } from "./io.ts";
import { makeGuardChoice, readTask } from "./read-task.ts";

/** Plans, asks for confirmation, writes, and verifies the changes. */
export async function run(settings: Settings, io: Io): Promise<Ended> {
  const began = performance.now();
  const task = await readTask(settings, io);
  const connection = await connect(settings, io);
  return runPlan({ command: "apply", settings, io, connection, began }, async (writer, lockout) =>
    plan(writer, connection, {
      ...task,
      isSending: true,
      guards: makeGuardChoice(settings),
      lockout,
      reviewed: await readReviewed(settings, task.directory),
    }),
  );
}

/** Reads the reviewed plan of the run; undefined without one. */
async function readReviewed(
  settings: Settings,
  { usedFiles = new Set() }: Directory,
): Promise<ReviewedPlan | undefined> {
  const { savedPlan, expectPlan, directory } = settings;
  if (savedPlan) {
    const filesDigest = await hashFiles(directory, usedFiles, makeLayering(settings).layers);
    return { saved: savedPlan, now: new Date(), filesDigest };
  }
  return expectPlan === undefined ? undefined : { id: expectPlan };
}
