import { expect, test } from "vitest";
import { createTally } from "../../../src/cluster/answer-size.ts";
import { answerBytesMax } from "../../../src/cluster/dispatcher.ts";

const tooMany = expect.objectContaining({ code: "LARGE_ANSWERS" });

test("answers may have as many bytes together as one, and not one more", () => {
  const tally = createTally();
  tally("/a")(answerBytesMax - 1);
  const count = tally("/b");
  expect(() => count(1)).not.toThrow();
  expect(() => count(1)).toThrow(tooMany);
});

test("an answer takes the place of an older one of the same path, in any number of pieces", () => {
  const tally = createTally();
  for (let times = 0; times < 3; times += 1) {
    const count = tally("/a");
    count(answerBytesMax - 10);
    count(10);
  }
  expect(() => tally("/b")(1)).toThrow(tooMany);
});
