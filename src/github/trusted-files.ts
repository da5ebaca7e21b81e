import { resolve } from "node:path";
import { findCommit } from "../storage/actor.ts";
import { readOwnLayers } from "../settings/read-layering.ts";
import type { Event } from "./event.ts";

/**
 * Marks an event as untrusted if a stranger can cause it and the checked out files are not those of one of
 * the repository's own commits.
 */
export async function withTrust(event: Event, directory: string, cwd: string): Promise<Event> {
  if (event.ownCommits === undefined || event.untrusted !== undefined) return event;
  const path = resolve(cwd, directory);
  const { commit, dirty } = await findCommit({}, path, await readOwnLayers(path));
  if (commit !== null && dirty === false && event.ownCommits.includes(commit)) return event;
  const untrusted = `anybody can trigger ${event.name}, and the checked out files are not those of a commit of this repository`;
  return { ...event, untrusted };
}
