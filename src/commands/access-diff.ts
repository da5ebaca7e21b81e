import { resolve } from "node:path";
import { compareBases } from "../engine/compare-access.ts";
import type { AccessBasis } from "../engine/load-access.ts";
import { exitCodes, type ExitReason } from "../exit-codes.ts";
import { withFilesAt } from "../git/base-files.ts";
import type { AccessDifference } from "../model/access-change.ts";
import { differenceDocument } from "../report/access-json.ts";
import { differenceMarkdown, differenceText } from "../report/access-difference-text.ts";
import { basisText } from "../report/access-text.ts";
import type { Settings } from "../settings/settings.ts";
import { parseSide, type Side } from "./access-sides.ts";
import type { Ended } from "./index.ts";
import type { Io } from "./io.ts";
import { readRestApiRoles } from "./managed-service.ts";
import { readCluster, readFacts, readFiles, readServerVersion } from "./read-basis.ts";

/** Compares the access of two directories, git references or the cluster. */
export async function run(settings: Settings, io: Io): Promise<Ended> {
  const [before = "", after = ""] = settings.words;
  const sides = [parseSide(before), parseSide(after)] as const;
  const facts = await readFacts(settings, io);
  const live = sides.some(({ kind }) => kind === "live") ? await readCluster(settings, facts, io) : undefined;
  const known = live ?? { version: readServerVersion(settings), facts };
  const withSide = async <Result>(side: Side, use: (basis: AccessBasis) => Promise<Result>) =>
    live && side.kind === "live"
      ? use(live)
      : withFiles(side, settings, io, async (source) => use(await readFiles(source, settings, known, io)));
  return withSide(sides[0], async (old) =>
    withSide(sides[1], async (now) => {
      const difference = compareBases(old, now, readRestApiRoles(settings));
      return end(difference, { before, after, basis: joinBases(old, now) });
    }),
  );
}

/** Calls `use` with the directory of a side that is not the cluster. */
async function withFiles<Result>(
  side: Side,
  { directory, directoryName }: Settings,
  { cwd }: Io,
  use: (source: { readonly path: string; readonly name: string }) => Promise<Result>,
): Promise<Result> {
  if (side.kind === "directory") return use({ path: resolve(cwd, side.path), name: side.path });
  const reference = side.kind === "git" ? side.reference : "";
  const name = `${reference}:${directoryName}`;
  return withFilesAt(reference, directory, { named: `git:${reference}` }, async (path) =>
    use({ path, name }),
  );
}

/** What both sides were computed from. */
function joinBases(before: AccessBasis, after: AccessBasis): AccessBasis {
  const absent = [...new Set([...before.absent, ...after.absent])];
  return { ...after, from: `${before.from} and ${after.from}`, absent };
}

interface Compared {
  readonly before: string;
  readonly after: string;
  readonly basis: AccessBasis;
}

function end(difference: AccessDifference, { before, after, basis }: Compared): Ended {
  const reason = findReason(difference);
  const title = `Access from ${before} to ${after}`;
  const document = differenceDocument({ before, after }, difference, basis, exitCodes[reason].code);
  return {
    reason,
    result: {
      document: () => document,
      text: (theme) => differenceText(difference, title, theme) + basisText(basis, theme),
      report: () => ({
        document,
        findings: [],
        markdown: (options) => differenceMarkdown(difference, { before, after }, basisText(basis), options),
      }),
    },
  };
}

function findReason({ changes, doubts }: AccessDifference): ExitReason {
  if (changes.length > 0) return "changes";
  return doubts.length > 0 ? "unknown" : "done";
}
