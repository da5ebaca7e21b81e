import { expect, test } from "vitest";
import { folder } from "../../support/folder.ts";
import { osac } from "../../support/osac.ts";

/** What validate says of roles with these names. */
async function said(...names: readonly string[]): Promise<string> {
  const entities = names.map((name) => `${JSON.stringify(name)}: { description: x }\n`).join("");
  const cwd = await folder({ "roles.yml": `_meta: { type: roles, config_version: 2 }\n${entities}` });
  const { out } = await osac(["validate", "."], { cwd });
  return out;
}

test.for([
  ["logs_reader", "logs_r\u0435ader"],
  ["logs_reader", "Logs_Reader"],
  ["logs_reader", "logs_reader\u3164"],
  ["logs_reader", "logs_reader\u{e0101}"],
  ["logs_reader", "ｌｏｇｓ_reader"],
  ["logs_reader", "logs_rea\u0323der"],
  ["team-l", "team-I"],
  ["team-l", "team-1"],
  ["team-o", "team-0"],
  ["modern", "modem"],
  ["logs-x", "logs\u2010x"],
])("%s and %s are told to look alike, once", async (names) => {
  const lines = (await said(...names)).split("\n").filter((line) => line.includes("[confusable-name]"));
  expect(lines).toEqual([expect.stringContaining(`the name looks like roles/${names[0]}`)]);
});

test("a name that looks like a built-in one is told", async () => {
  expect(await said("all_acc\u0435ss")).toMatch(
    /roles\/all_access, but is a different name \(it has U\+0435\) \[confusable-name\]/,
  );
});

test("names that look different are not told", async () => {
  expect(
    await said("logs_reader", "logs_readers", "Zürich", "Лог", "mail", "mall", "team-2", "all_access"),
  ).not.toContain("confusable-name");
});
