import { createHash } from "node:crypto";
import type { GitHub } from "./api.ts";

/** What tells a text of osac from those about other clusters and directories. */
export interface Target {
  /** The cluster, as the job calls it. */
  readonly label: string;
  readonly directory: string;
}

/** A text that stands on GitHub, with its author. */
interface Written {
  readonly body?: string | null;
  readonly user: { readonly login: string } | null;
}

/** The most that a marker has of a name: GitHub counts it as part of the text. */
const wordMax = 200;

/** The first line of a text of osac. */
export function markerOf(what: "comment" | "drift", { label, directory }: Target): string {
  return `<!-- osac:${what} ${wordOf(label)} ${wordOf(directory)} -->`;
}

function wordOf(name: string): string {
  const word = encodeURIComponent(name);
  return word.length <= wordMax ? word : createHash("sha256").update(name).digest("hex");
}

/** Those of a list that osac wrote itself: everybody can write the marker; nobody else can write under its name. */
export async function ownAmong<T extends Written>(
  github: GitHub,
  path: string,
  marker: string,
): Promise<T[]> {
  const [author, all] = await Promise.all([github.author(), github.all<T>(path)]);
  return all.filter(({ user, body }) => user?.login === author && body?.startsWith(marker));
}

/** Creates something, or finds that it is there: the answer may have been lost, and the text not. */
export async function created<T>(create: () => Promise<T>, find: () => Promise<T | undefined>): Promise<T> {
  try {
    return await create();
  } catch (error) {
    const there = await find();
    if (there) return there;
    throw error;
  }
}
