import { compareKinds, type ComparedKinds } from "../engine/compare-kinds.ts";
import { OsacError, failure, makeFinding, isError } from "../errors.ts";
import { exitCodes } from "../exit-codes.ts";
import { loadDirectory } from "../files/load-directory.ts";
import { makePlaceholderRules } from "../files/placeholders/sources.ts";
import type { Finding, Version } from "../model/finding.ts";
import { comparisonDocument, comparisonMarkdown, comparisonText } from "../report/comparison-text.ts";
import { findingsText, placeInDirectory } from "../report/findings-text.ts";
import { listOptions, type OptionName } from "../settings/options.ts";
import { makeLayering } from "../settings/read-layering.ts";
import type { Settings, TargetNote } from "../settings/settings.ts";
import { unknownTargetError } from "../settings/targets.ts";
import { readLiveTargets, type LiveTarget } from "./fleet/read-live-targets.ts";
import { readTargetSettings } from "./fleet/read-target-settings.ts";
import type { Ended } from "./index.ts";
import type { Io } from "./io.ts";
import { readServerVersion } from "./read-basis.ts";

/** Shows what differs between two targets: in their files, or with `--live` in their clusters. */
export async function run(settings: Settings, io: Io): Promise<Ended> {
  const [before = "", after = ""] = settings.words;
  const targets = [before, after].map((name) => findNamedTarget(settings, name));
  const { sides, version, findings } = settings.live
    ? await readClusters(targets, settings, io)
    : await readFiles(targets, settings, io);
  const difference = compareKinds(sides[0]!, sides[1]!, version);
  const reason = difference.changes.length > 0 ? "changes" : "done";
  const comparison = { before, after, ...difference, findings };
  const document = comparisonDocument(comparison, exitCodes[reason].code);
  return {
    reason,
    result: {
      document: () => document,
      before: (theme) => findingsText(findings, theme),
      text: (theme) => comparisonText(comparison, theme),
      report: () => ({
        document,
        findings,
        markdown: (options) => comparisonMarkdown(comparison, options),
      }),
    },
  };
}

/** Both sides of a comparison. */
interface Sides {
  readonly sides: readonly ComparedKinds[];
  readonly version: Version;
  readonly findings: readonly Finding[];
}

function findNamedTarget({ targets }: Settings, name: string): TargetNote {
  const found = targets.find((target) => target.name === name);
  if (found) return found;
  const known = targets.map((target) => target.name);
  throw unknownTargetError(`there is no target ${JSON.stringify(name)}`, name, known);
}

/** The settings that decide what the files of a target are. */
const deciding: readonly OptionName[] = [...listOptions("common"), "layers", "variables", "serverVersion"];

/** Loads the files of targets. No placeholder is looked up: what is compared is what the files say. */
async function readFiles(targets: readonly TargetNote[], settings: Settings, io: Io): Promise<Sides> {
  const read = await Promise.all(
    targets.map(async ({ name }) => readTargetSettings(name, deciding, settings, io)),
  );
  const sides = await Promise.all(read.map(loadFiles));
  return { sides, version: readServerVersion(read[0]!).value, findings: [] };
}

async function loadFiles(settings: Settings): Promise<ComparedKinds> {
  const { kinds, findings } = await loadDirectory(settings.directory, {
    env: {},
    rules: makePlaceholderRules({ ...settings, secrets: "opaque" }),
    layering: makeLayering(settings),
  });
  const errors = placeInDirectory(findings, settings.directoryName).filter(isError);
  if (errors.length > 0) throw new OsacError("input", errors);
  return kinds;
}

/** Reads the clusters of two targets, as an export would write them. */
async function readClusters(targets: readonly TargetNote[], settings: Settings, io: Io): Promise<Sides> {
  if (targets[0] === targets[1])
    throw failure(
      "input",
      "same-cluster",
      `${targets[0]!.name} is named twice: there is nothing to compare`,
      {
        hint: "name two targets",
      },
    );
  const read = await readLiveTargets(targets, settings, io);
  const unreadable = new Set(read.flatMap((one) => one.unreadable));
  const sides = read.map(
    ({ kinds }) =>
      new Map(
        kinds
          .filter(({ kind }) => !unreadable.has(kind))
          .map(({ kind, bodies }) => [kind, new Map(bodies.map(([name, body]) => [name, { body }]))]),
      ),
  );
  return { sides, version: read[1]!.cluster.version, findings: read.flatMap(listNotCompared) };
}

/** Reports the kinds that one of the callers may not read. */
function listNotCompared({ target, unreadable }: LiveTarget): Finding[] {
  return unreadable.map((kind) =>
    makeFinding("not-compared", {
      message: `not compared: the caller may not read them in ${target.name}`,
      kind,
    }),
  );
}
