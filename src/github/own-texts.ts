import { createHash } from "node:crypto";
import type { GitHub } from "./api.ts";

/** What tells a text of osac from those about other clusters and directories. */
export interface TextTarget {
  /** The cluster, as the job calls it. */
  readonly label: string;
  readonly directory: string;
}

/** A text that stands on GitHub, with its author. */
interface OwnText {
  readonly body?: string | null;
  readonly user: { readonly login: string } | null;
}

/** The most that a marker has of a name: GitHub counts it as part of the text. */
const wordMax = 200;

/** The first line of a text of osac. */
export function formatMarker(what: "comment" | "drift", { label, directory }: TextTarget): string {
  return `<!-- osac:${what} ${toMarkerWord(label)} ${toMarkerWord(directory)} -->`;
}

function toMarkerWord(name: string): string {
  const word = encodeURIComponent(name);
  return word.length <= wordMax ? word : createHash("sha256").update(name).digest("hex");
}

/** Those of a list that osac wrote itself: everybody can write the marker; nobody else can write under its name. */
export async function findOwn<T extends OwnText>(github: GitHub, path: string, marker: string): Promise<T[]> {
  const [author, all] = await Promise.all([github.author(), github.all<T>(path)]);
  return all.filter(({ user, body }) => user?.login === author && body?.startsWith(marker));
}

/** Creates something, or finds that it is there: the answer may have been lost, and the text not. */
export async function createOrFind<T>(
  create: () => Promise<T>,
  find: () => Promise<T | undefined>,
): Promise<T> {
  try {
    return await create();
  } catch (error) {
    const there = await find();
    if (there) return there;
    throw error;
  }
}
