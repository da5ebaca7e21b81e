import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { folder } from "../../support/folder.ts";
import { osac } from "../../support/osac.ts";

const settings = [
  "targets:",
  "  canary: { group: canary, labels: { region: eu } }",
  "  eu-1: { group: production, labels: { region: eu } }",
].join("\n");

/** The answers to a command line up to the cursor, as a shell asks for them. */
const complete = async (line: readonly string[], shell = "bash"): Promise<string[]> => {
  const cwd = await folder({ "security/osac.yml": settings, "osac.yml": "targets: { own: {} }" });
  const { out } = await osac(["--get-yargs-completions", "osac", ...line], { cwd, env: { SHELL: shell } });
  return out.split("\n").filter((one) => one !== "");
};

test.for<[string[], string[]]>([
  [
    ["plan", "security", "--target", ""],
    ["canary", "eu-1"],
  ],
  [["plan", "--target", ""], ["own"]],
  [
    ["plan", "security", "--target=eu"],
    ["--target=canary", "--target=eu-1"],
  ],
  [
    ["plan", "security", "--targets", ""],
    ["all", "group:canary", "group:production", "region=eu", "canary", "eu-1"],
  ],
  [
    ["plan", "security", "--targets", "canary,"],
    ["canary,all", "canary,group:canary", "canary,group:production", "canary,region=eu", "canary,eu-1"],
  ],
  [
    ["compare", "--config", "security/osac.yml", ""],
    ["canary", "eu-1"],
  ],
])("%j is completed with names of osac.yml", async ([line, answers]) => {
  expect(await complete(line)).toEqual(answers);
});

test("for zsh, a colon of a name does not begin a description", async () => {
  expect(await complete(["plan", "security", "--targets", ""], "/usr/bin/zsh")).toContain("group\\:canary");
});

test("without targets, or with a broken osac.yml, there is no answer and no error", async () => {
  const cwd = await folder({ "osac.yml": "targets: {" });
  const ran = await osac(["--get-yargs-completions", "osac", "plan", "--target", ""], { cwd });
  expect(ran).toEqual({ code: 0, out: "", err: "" });
});

test.skipIf(process.platform === "win32")(
  "bash completes groups, although it splits words at colons",
  async () => {
    const { out: script } = await osac(["completion", "bash"]);
    const path = await folder({ script });
    const asked = (line: string, answers: string): string =>
      execFileSync(
        "bash",
        [
          "-c",
          `osac() { printf '%s\\n' ${answers}; }; source ${path}/script; COMP_LINE='${line}'; COMP_POINT=\${#COMP_LINE}; _osac; echo "\${COMPREPLY[*]}"`,
        ],
        { encoding: "utf8" },
      );
    expect(asked("osac plan --targets group:ca", "group:canary group:production")).toBe("canary\n");
    expect(asked("osac plan --target=e", "--target=canary --target=eu-1")).toBe("eu-1\n");
    expect(asked("osac plan --target ", "canary eu-1")).toBe("canary eu-1\n");
  },
);
