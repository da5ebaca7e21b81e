import { describe, expect, test } from "vitest";
import type { Finding } from "../../../src/model/finding.ts";
import {
  countFindings,
  countsText,
  formatQuantity,
  findingsText,
  placeInDirectory,
  sortFindings,
  toErrors,
} from "../../../src/report/findings-text.ts";
import { annotations } from "../../../src/report/github-annotations.ts";
import { fitLines, makeTheme } from "../../../src/report/theme.ts";

const plain = { isColoured: false, width: 80 };

const finding = (given: Partial<Finding> = {}): Finding => ({
  code: "bad-value",
  severity: "error",
  message: "wrong",
  ...given,
});

const at = (file: string, line: number, column: number) => ({ file, line, column });

describe("text", () => {
  test("a finding is one line, its hint another", () => {
    const one = finding({ at: at("roles.yml", 12, 7), kind: "roles", name: "logs", hint: "leave it out" });
    expect(findingsText([one], plain)).toBe(
      "roles.yml:12:7: error: roles/logs: wrong [bad-value]\n  hint: leave it out\n",
    );
  });

  test("what has no place, entity or hint says so by leaving it out", () => {
    expect(findingsText([finding({ severity: "warning" })], plain)).toBe("warning: wrong [bad-value]\n");
    expect(findingsText([finding({ kind: "roles" })], plain)).toBe("error: roles: wrong [bad-value]\n");
  });

  test("nothing in a name can start a line or move the cursor", () => {
    const text = findingsText([finding({ kind: "roles", name: "a\n\u001b[2Jb\u202e", hint: "x\r" })], plain);
    expect(text).toBe('error: roles/"a\\u000a\\u001b[2Jb\\u202e": wrong [bad-value]\n  hint: x\\u000d\n');
  });

  test("colour adds nothing but escapes", () => {
    const all = [finding({ at: at("a.yml", 1, 1), hint: "x" }), finding({ severity: "notice" })];
    const coloured = findingsText(all, { isColoured: true, width: 80 });
    expect(coloured).toContain("\u001b[");
    // oxlint-disable-next-line no-control-regex -- the escapes are what is looked for
    expect(coloured.replaceAll(/\u001b\[\d+m/g, "")).toBe(findingsText(all, plain));
  });
});

test("findings are sorted by place, numbers as numbers, those without a place last", () => {
  const places = [undefined, at("b.yml", 1, 1), at("a.yml", 10, 1), at("a.yml", 9, 2), at("a.yml", 9, 1)];
  const sorted = sortFindings(places.map((place) => finding(place ? { at: place } : {})));
  expect(sorted.map((one) => one.at)).toEqual([
    at("a.yml", 9, 1),
    at("a.yml", 9, 2),
    at("a.yml", 10, 1),
    at("b.yml", 1, 1),
    undefined,
  ]);
});

test("files are named as seen from where the user stands", () => {
  const one = [finding({ at: at("roles.yml", 1, 1) })];
  expect(placeInDirectory(one, ".")[0]?.at?.file).toBe("roles.yml");
  expect(placeInDirectory(one, "live/")[0]?.at?.file).toBe("live/roles.yml");
});

test("counts are words", () => {
  const counts = countFindings([finding(), finding(), finding({ severity: "warning" })]);
  expect(countsText(counts, plain)).toBe("2 errors, 1 warning");
  expect(countsText(countFindings(toErrors([finding({ severity: "warning" })])), plain)).toBe("1 error");
  expect([formatQuantity(0, "entity"), formatQuantity(1, "entity"), formatQuantity(2, "file")]).toEqual([
    "0 entities",
    "1 entity",
    "2 files",
  ]);
});

describe("annotations", () => {
  test("carry the place, the code and the hint", () => {
    const one = finding({
      severity: "warning",
      at: at("roles.yml", 12, 7),
      kind: "roles",
      name: "a",
      hint: "no",
    });
    expect(annotations([one])).toBe(
      "::warning file=roles.yml,line=12,col=7,title=bad-value::roles/a: wrong%0Ahint: no\n",
    );
  });

  test("cannot be broken out of", () => {
    const one = finding({ at: at("a,b:c%.yml", 1, 1), message: "100%\r\n::error::x" });
    expect(annotations([one])).toBe(
      "::error file=a%2Cb%3Ac%25.yml,line=1,col=1,title=bad-value::100%25\\u000d\\u000a::error::x\n",
    );
  });
});

describe("on a terminal", () => {
  const hint =
    "give the caller the role security_rest_api_access in the mapping of that role, or log in otherwise";
  const said = findingsText([finding({ message: "may not be read by the caller", hint })], plain);
  const text = fitLines(said, 40);

  test("lines break between words alone, within its width", () => {
    const lines = text.split("\n");
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(40);
    expect(
      lines
        .map((line) => line.trim())
        .join(" ")
        .trim(),
    ).toBe(`error: may not be read by the caller [bad-value] hint: ${hint}`);
  });

  test("elsewhere they are as long as they are", () => {
    expect(findingsText([finding({ hint })], plain).split("\n")).toContain(`  hint: ${hint}`);
  });
});

describe("colour", () => {
  const terminal = { isTerminal: true, columns: 120 };
  const pipe = { isTerminal: false };

  test.for<[typeof terminal | typeof pipe, Record<string, string>, boolean]>([
    [terminal, {}, true],
    [pipe, {}, false],
    [terminal, { NO_COLOR: "1" }, false],
    [terminal, { NO_COLOR: "" }, true],
    [terminal, { TERM: "dumb" }, false],
    [pipe, { FORCE_COLOR: "1" }, true],
    [pipe, { FORCE_COLOR: "1", NO_COLOR: "1" }, true],
    [terminal, { FORCE_COLOR: "0" }, false],
  ])("%j with %j: %s", ([stream, env, isColoured]) => {
    expect(makeTheme(stream, env).isColoured).toBe(isColoured);
  });

  test("the width is the terminal's, or what reads well in a log", () => {
    expect(makeTheme(terminal, {}).width).toBe(120);
    expect(makeTheme(pipe, {}).width).toBe(110);
  });
});
