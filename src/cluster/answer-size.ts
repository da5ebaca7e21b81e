import { answerBytesMax } from "./dispatcher.ts";

/** The code if all answers together are too large. */
export const largeAnswers = "LARGE_ANSWERS";

/** Counts the bytes of one answer as they arrive, and throws if there are too many. */
export type Count = (bytes: number) => void;

/**
 * Counts the bytes of all answers that a client holds, for each path the newest. Together they may be as
 * large as one answer, because parsing and comparing them needs many times that memory.
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
