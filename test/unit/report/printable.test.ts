import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatItem, formatValue, printable } from "../../../src/report/printable.ts";

describe("what nobody sees is an escape", () => {
  test.for([
    ["admin\u3164", "admin\\u3164"],
    ["a\u115fb", "a\\u115fb"],
    ["\u2800", "\\u2800"],
    ["\ufffc", "\\ufffc"],
    ["\u{1d159}", "\\u{1d159}"],
    ["a\u00a0b\u2003c", "a\\u00a0b\\u2003c"],
    ["x\ufe0f\u{e0101}", "x\\ufe0f\\u{e0101}"],
    ["\u034f\u17b4\u200b\u2062", "\\u034f\\u17b4\\u200b\\u2062"],
    ["\ue000\u{f0000}", "\\ue000\\u{f0000}"],
    ["\ud800", "\\ud800"],
    ["a\u202eb\u2066c", "a\\u202eb\\u2066c"],
    ["q\u0301\u0302\u0303\u0304", "q\u0301\u0302\\u0303\\u0304"],
    ["-\u0338", "-\\u0338"],
    ["Zu\u0308rich", "Zu\\u0308rich"],
    ["4.7 \u212a\u2126", "4.7 \\u212a\\u2126"],
    ["name   (declared until 1e5bf83)", "name \\u0020\\u0020(declared until 1e5bf83)"],
  ] as const)("%j", ([text, shown]) => {
    expect(printable(text)).toBe(shown);
  });

  test.for(["Zürich", "q\u0308", "日本語", "नमस्ते", "ไม่", "EXAMPLE\\eva", "logs-* [a]", "👍"])(
    "%s is shown as it is",
    (text) => {
      expect(printable(text)).toBe(text);
    },
  );
});

const odd = fc.string({
  unit: fc.constantFrom(
    "a",
    "\\",
    "u",
    "0",
    "{",
    " ",
    '"',
    ",",
    "\u200b",
    "\u0301",
    "\u00e1",
    "\u212b",
    "\u{e0101}",
    "\u0000",
  ),
});

test("two texts that differ look different, also the escape of a character and the same text typed", () => {
  fc.assert(
    fc.property(odd, odd, (one, other) => {
      expect(printable(one) === printable(other)).toBe(one === other);
      expect(formatItem(one) === formatItem(other)).toBe(one === other);
    }),
    { examples: [["\u200b", "\\u200b"]], numRuns: 2_000 },
  );
});

function line(items: readonly string[]): string {
  return `[${items.map(formatItem).join(", ")}]`;
}

test("two lists that differ look different", () => {
  fc.assert(
    fc.property(fc.array(odd), fc.array(odd), (one, other) => {
      expect(line(one) === line(other)).toBe(JSON.stringify(one) === JSON.stringify(other));
    }),
    {
      examples: [
        [["a, b"], ["a", "b"]],
        [["", ""], [" "]],
      ],
      numRuns: 2_000,
    },
  );
});

test("a long value is its beginning, its length and a digest that tells its end", () => {
  const [one, other] = ["x".repeat(62_000), `${"x".repeat(61_999)}y`];
  expect(formatValue(one)).toMatch(/^x{300}… \(62000 characters, sha256 [0-9a-f]{32}\)$/);
  expect(formatValue(other)).not.toBe(formatValue(one));
});
