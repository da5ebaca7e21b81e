import { listOrderChanges } from "./protection.ts";
import type { SettingChange } from "../model/plan.ts";
import type { SettingsFile, Target } from "./settings-file.ts";

/**
 * Lists the targets that the files add, remove or give another address, compared with the settings in force. No run
 * logs in to a new address before the settings in force have it.
 */
export function listTargetChanges(inForce: SettingsFile, own: SettingsFile | undefined): SettingChange[] {
  if (!own) return [];
  const names = new Set([...inForce.targets.keys(), ...own.targets.keys()]);
  return [
    ...[...names].flatMap((name) => compareTargets(name, inForce.targets.get(name), own.targets.get(name))),
    ...listOrderChanges(inForce, own),
  ];
}

function compareTargets(
  name: string,
  before: Target | undefined,
  after: Target | undefined,
): SettingChange[] {
  const [old, now] = [before, after].map((target) => target && (readAddress(target) ?? "no address"));
  if (old === now) return [];
  const at = after?.settings.get("cluster.url")?.at ?? after?.at;
  return [{ name: `targets.${name}`, before: old, after: now, at }];
}

function readAddress({ settings }: Target): string | undefined {
  return settings.get("cluster.url")?.texts[0];
}
