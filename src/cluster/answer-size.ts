import { answerBytesMax } from "./dispatcher.ts";

/** The code of an answer for which others leave no room. */
export const largeAnswers = "LARGE_ANSWERS";

/** Counts the bytes of one answer as they come, and throws where they are too many. */
export type Count = (bytes: number) => void;

/**
 * Counts what answers a client holds at once, of each path the newest. As many as a server may give one answer they may
 * have together: read, parsed and compared they need many times that room.
 */
export function createTally(): (path: string) => Count {
  const sizes = new Map<string, number>();
  let total = 0;
  return (path) => {
    total -= sizes.get(path) ?? 0;
    sizes.set(path, 0);
    return (bytes) => {
      total += bytes;
      sizes.set(path, sizes.get(path)! + bytes);
      if (total > answerBytesMax) throw Object.assign(new Error("too many bytes"), { code: largeAnswers });
    };
  };
}
