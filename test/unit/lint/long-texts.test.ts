import { expect, test } from "vitest";
import { longText } from "../../../src/lint/long-texts.ts";

test.for<[number, string[]]>([
  [256, []],
  [257, ["notice"]],
  [4096, ["notice"]],
  [4097, ["notice", "warning"]],
])("a text of %i characters is too long for these servers: %j", ([length, severities]) => {
  const findings = longText("x".repeat(length), "/description");
  expect(findings.map(({ severity }) => severity)).toEqual(severities);
  for (const { message } of findings) expect(message).toContain("description is too long");
});
