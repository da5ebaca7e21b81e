import { hashFiles } from "../git/hash-files.ts";
import { writeSavedPlan } from "../storage/saved-plan-file.ts";
import { makeLayering } from "../settings/read-layering.ts";
import type { Settings } from "../settings/settings.ts";
import type { Directory } from "../model/entity.ts";
import { makeSavedPlan } from "../plan/reviewed/saved-plan.ts";
import type { Reconciliation } from "../engine/plan.ts";
import type { SavedAs } from "../report/plan-id.ts";
import { toolVersion } from "../tool-version.ts";
import { formatPathFrom } from "./repeat-flags.ts";
import type { Io } from "./io.ts";

/** Saves a plan for `apply --plan`, with its choices and the digest of its files, if the user asks for it. */
export async function savePlan(
  made: Reconciliation,
  { usedFiles = new Set() }: Directory,
  settings: Settings,
  io: Io,
): Promise<SavedAs | undefined> {
  const { out, expires, typed, directory } = settings;
  if (out === undefined) return undefined;
  const file = formatPathFrom(io.cwd, out);
  const saved = makeSavedPlan(made.plan, made.live, {
    tool: toolVersion(),
    createdAt: new Date(),
    expiresHours: expires,
    filesDigest: await hashFiles(directory, usedFiles, makeLayering(settings).layers),
    choices: Object.fromEntries(
      typed.filter(({ isPlanned }) => isPlanned).map(({ flag, texts }) => [flag, texts]),
    ),
  });
  await writeSavedPlan(out, file, saved);
  return { file, expiresAt: saved.expiresAt };
}
