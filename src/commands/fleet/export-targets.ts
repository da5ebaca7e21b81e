import { join } from "node:path";
import { writeFolders } from "../../engine/export-live.ts";
import { OsacError, makeFinding } from "../../errors.ts";
import { exitCodes } from "../../exit-codes.ts";
import { placeEntities } from "../../export/place-entities.ts";
import type { Finding } from "../../model/finding.ts";
import { fleetExportDocument, fleetExportText } from "../../report/fleet/export-text.ts";
import { findingsText } from "../../report/findings-text.ts";
import { selectTargets } from "../../settings/select-targets.ts";
import type { Settings, TargetNote } from "../../settings/settings.ts";
import { writeFiles } from "../../storage/write-files.ts";
import { chooseExitReason, makeExportOptions } from "../export.ts";
import type { Ended } from "../index.ts";
import type { Io } from "../io.ts";
import { refuseSameAddresses } from "./cluster-claims.ts";
import { joinFindings, readLiveTargets } from "./read-live-targets.ts";
import { readTargetSettings } from "./read-target-settings.ts";

/**
 * Writes the entities of several clusters into the layers of their targets: what all clusters of a layer have alike
 * goes into that layer, so that the plan of each target is empty.
 */
export async function exportTargets(settings: Settings, io: Io): Promise<Ended> {
  const targets = selectTargets(settings.targets, settings.targetSelection!);
  refuseUnplaceable(targets, settings.targets);
  refuseSameAddresses(targets);
  const live = await readLiveTargets(targets, settings, io);
  const layers = placeEntities(live.map(({ target, kinds }) => ({ layers: target.layers, kinds })));
  const choice = makeExportOptions(await readTargetSettings(targets[0]!.name, ["withHashes"], settings, io));
  const { files, placeholders } = writeFolders(layers, choice);
  const folders = layers.map(({ folder }) => folder);
  const written = await writeFiles(settings.directory, files, { isForced: settings.force, folders });
  const findings = joinFindings(live);
  const reason = chooseExitReason(findings);
  const exported = {
    directory: settings.directoryName,
    targets: live.map(({ target, cluster }) => ({ name: target.name, cluster })),
    files: files.map(({ kind, entities }, index) => ({ ...written[index]!, kind, entities })),
    placeholders,
  };
  return {
    reason,
    result: {
      document: () => fleetExportDocument(exported, exitCodes[reason].code, findings),
      before: (theme) => findingsText(findings, theme),
      text: (theme) => fleetExportText(exported, theme),
    },
  };
}

/** Refuses targets whose layers cannot hold what only their cluster has, or hold what other clusters must agree to. */
function refuseUnplaceable(targets: readonly TargetNote[], all: readonly TargetNote[]): void {
  const findings = [
    ...targets.filter((target) => !hasOwnLayer(target, all)).map(ownLayerFinding),
    ...all
      .filter((other) => !targets.includes(other))
      .flatMap((other) => sharedLayerFindings(other, targets)),
  ];
  if (findings.length > 0) throw new OsacError("input", findings);
}

function hasOwnLayer(target: TargetNote, all: readonly TargetNote[]): boolean {
  return target.layers.some((layer) =>
    all.every((other) => other === target || !other.layers.includes(layer)),
  );
}

function ownLayerFinding({ name, layers }: TargetNote): Finding {
  const shared = layers.filter((layer) => layer !== "");
  const wanted = [...(shared.length > 0 ? shared : ["base"]), join("targets", name)];
  return makeFinding("no-own-layer", {
    message: `the target ${name} has no layer of its own for the entities that only its cluster has`,
    hint: `set layers: [${wanted.join(", ")}] for ${name} in osac.yml`,
  });
}

function sharedLayerFindings(other: TargetNote, targets: readonly TargetNote[]): Finding[] {
  const shared = other.layers.find((layer) => targets.some(({ layers }) => layers.includes(layer)));
  if (shared === undefined) return [];
  return [
    makeFinding("layer-of-others", {
      message: `the layer ${shared || "."} also belongs to the target ${other.name}, which --targets leaves out`,
      hint: `name ${other.name} in --targets as well`,
    }),
  ];
}
