import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { javaRegexError, patternError } from "../../../src/lint/java-regex/java-regex.ts";

/** Each compiles with `java.util.regex.Pattern` of JDK 17 and 25. */
const compiling = [
  "",
  "a|b",
  "a||b",
  "|",
  "^*",
  "$+",
  "a{2}",
  "a{2,}",
  "a{1,3}?",
  "a{1}{2}",
  "{1}",
  "]",
  "}",
  "a]}",
  "(?i)a(?-i)b",
  "(?i:a)",
  "(?<n>a)\\k<n>",
  "(?=a)b",
  "(?!a)",
  "(?<=ab)c",
  "(?<!a{2,3})b",
  "(?>a|b)*",
  "[a-z&&[^b]]",
  "[]a]",
  "[^]a]",
  "[a&&b]",
  "[a-]",
  "[-a]",
  "[&a]",
  "[a&]",
  "[\\d-]",
  "[[a]b]",
  "\\Q[a\\E",
  "\\Qa",
  "\\Q1\\E+",
  "\\d\\w\\s\\h\\v\\R\\X",
  "\\1",
  "\\07",
  "\\x41",
  "\\x{1F600}",
  "\\u0041",
  "[\\uD83D\\uDE00-\\uD83D\\uDE4F]",
  "\\cA",
  "\\p{L}",
  "\\pL",
  "\\P{IsLatin}",
  "\\p{InGreek}",
  "\\p{IsAlphabetic}",
  "\\p{sc=latn}",
  "\\p{gc=Lu}",
  "\\p{javaLowerCase}",
  "\\b{g}",
  "\\b{2}",
  "\\B",
  "\\A\\z",
  "(?x) a # (\n b",
  "(?x)a * b",
  "\\N{LATIN SMALL LETTER A}",
  "(?<=a*)",
  "(?<=bb(a|b))",
  "(?<=(a|b)c*?)",
  "\\-\\_\\é",
  "(?U)\\p{alpha}",
  "é😀*",
];

/** What JDK 17 and 25 refuse, and their words. */
const refused: readonly (readonly [string, string])[] = [
  ["[", "Unclosed character class"],
  ["[a", "Unclosed character class"],
  ["[]", "Unclosed character class"],
  ["[&&]", "Bad class syntax"],
  ["[z-a]", "Illegal character range"],
  ["[a-\\d]", "Illegal character range"],
  ["(", "Unclosed group"],
  ["(?i", "Unknown inline modifier"],
  ["(?z)", "Unknown inline modifier"],
  ["(?$a)", "Unknown group type"],
  [")", "Unmatched closing ')'"],
  ["a)", "Unmatched closing ')'"],
  ["*", "Dangling meta character '*'"],
  ["a**", "Dangling meta character '*'"],
  ["a|+", "Dangling meta character '+'"],
  ["(?:?)", "Dangling meta character '?'"],
  ["a{", "Illegal repetition"],
  ["${user.name}", "Illegal repetition"],
  ["a{3,1}", "Illegal repetition range"],
  ["a{2", "Unclosed counted closure"],
  ["a{2,b}", "Unclosed counted closure"],
  ["(?<1>a)", "capturing group name does not start with a Latin letter"],
  ["(?<n_>a)", "named capturing group is missing trailing '>'"],
  ["(?<n>a)(?<n>b)", "Named capturing group <n> is already defined"],
  ["\\k<n>", "named capturing group <n> does not exist"],
  ["\\y", "Illegal/unsupported escape sequence"],
  ["[\\A]", "Illegal/unsupported escape sequence"],
  ["\\x4", "Illegal hexadecimal escape sequence"],
  ["\\x{110000}", "Hexadecimal codepoint is too big"],
  ["\\u00", "Illegal Unicode escape sequence"],
  ["\\0", "Illegal octal escape sequence"],
  ["\\c", "Illegal control escape sequence"],
  ["\\p{", "Unclosed character family"],
  ["\\p{}", "Empty character family"],
  ["\\p{Foo}", "Unknown character property name {Foo}"],
  ["\\p{alpha}", "Unknown character property name {alpha}"],
  ["(?<=bb(a|b)*)c", "Look-behind group does not have an obvious maximum length"],
  ["(?<=\\1)c", "Look-behind group does not have an obvious maximum length"],
];

test.each(compiling)("Java compiles %j", (source) => {
  expect(javaRegexError(source)).toBeUndefined();
});

test.each(refused)("Java refuses %j: %s", (source, reason) => {
  expect(javaRegexError(source)).toBe(reason);
});

test("a pattern nested without end is refused, not followed", () => {
  expect(javaRegexError("(".repeat(100_000))).toBe("Nested too deeply");
});

test("a pattern has slashes around it, and a single slash breaks the server", () => {
  expect(["a[", "/a[", "a[/", "//", "/a/"].map(patternError)).toEqual(Array.from({ length: 5 }));
  expect(["/", "/*/"].map(patternError)).toEqual(["a single slash", "Dangling meta character"]);
});

const pieces = [
  ..."ab10-^$.|()[]*+?{}\\&,:=!<>#_ \n",
  "(?:",
  "(?=",
  "(?<=",
  "(?<!",
  "(?>",
  "(?<n>",
  "\\k<n>",
  "[^",
  "&&",
  "{2}",
  "{2,}",
  "{1,3}",
  "*?",
  "*+",
  "\\d",
  "\\b",
  "\\R",
  "\\1",
  "\\07",
  "\\x41",
  "\\x{1F600}",
  "\\u0041",
  "\\cA",
  "\\p{L}",
  "\\pL",
  "\\p{IsLatin}",
  "\\p{Foo}",
  "\\Q",
  "\\E",
  "\\y",
  "(?i)",
  "(?x)",
  "(?-x)",
  "(?i:",
  "a-z",
  "z-a",
  "[a-z]",
  "(a|b)",
  "(a*)",
  "é",
  "😀",
];

const verdicts = `
import java.util.Base64; import java.util.regex.*;
class Verdicts { public static void main(String[] a) throws Exception {
  for (String line : java.nio.file.Files.readAllLines(java.nio.file.Path.of(a[0]))) {
    try { Pattern.compile(new String(Base64.getDecoder().decode(line), "UTF-8")); System.out.println(true); }
    catch (PatternSyntaxException e) { System.out.println(false); } } } }`;

function hasJava(): boolean {
  try {
    execFileSync("java", ["-version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

describe.runIf(hasJava())("with a Java runtime at hand", () => {
  test("the verdict on any pattern is Java's", { timeout: 60_000 }, () => {
    const patterns = fc.sample(
      fc.array(fc.constantFrom(...pieces), { maxLength: 9 }).map((parts) => parts.join("")),
      5000,
    );
    const folder = mkdtempSync(join(tmpdir(), "osac-regex-"));
    try {
      writeFileSync(join(folder, "Verdicts.java"), verdicts);
      writeFileSync(
        join(folder, "patterns"),
        patterns.map((pattern) => `${Buffer.from(pattern).toString("base64")}\n`).join(""),
      );
      const output = execFileSync("java", [join(folder, "Verdicts.java"), join(folder, "patterns")], {
        encoding: "utf8",
      });
      const compiles = output
        .trimEnd()
        .split("\n")
        .map((line) => line === "true");

      const disagreed = patterns.filter(
        (pattern, index) => (javaRegexError(pattern) === undefined) !== compiles[index],
      );
      expect(disagreed).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
