import { createHash } from "node:crypto";
import type { GitHub } from "./api.ts";

/** The target of a text, which distinguishes it from texts about other clusters and directories. */
export interface TextTarget {
  /** The cluster's name in the job. */
  readonly label: string;
  readonly directory: string;
}

/** A text on GitHub, with its author. */
interface OwnText {
  readonly body?: string | null;
  readonly user: { readonly login: string } | null;
}

/** The most characters of a name in a marker: GitHub counts the marker as part of the text. */
const wordMax = 200;

/** Formats the first line of a text that osac writes. */
export function formatMarker(what: "comment" | "drift", { label, directory }: TextTarget): string {
  return `<!-- osac:${what} ${toMarkerWord(label)} ${toMarkerWord(directory)} -->`;
}

function toMarkerWord(name: string): string {
  const word = encodeURIComponent(name);
  return word.length <= wordMax ? word : createHash("sha256").update(name).digest("hex");
}

/** Finds the texts that osac wrote. Anyone can write the marker, so the author has to match. */
export async function findOwn<T extends OwnText>(github: GitHub, path: string, marker: string): Promise<T[]> {
  const [author, all] = await Promise.all([github.author(), github.all<T>(path)]);
  return all.filter(({ user, body }) => user?.login === author && body?.startsWith(marker));
}

/** Creates a text. After an error it looks for the text, because only the answer may have been lost. */
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
