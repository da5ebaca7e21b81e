import { beforeEach, describe, expect, test } from "vitest";
import { folder } from "../../support/folder.ts";
import { lacks } from "./checkers.ts";
import { repository, run, readScript, type GitHub, type Ran } from "./script.ts";

const [sha, merged] = ["a".repeat(40), "b".repeat(40)] as const;
const plan = "0123456789abcdef".repeat(4);

describe.skipIf(lacks("jq"))("apply.yml finds the plan that was reviewed", () => {
  const own = { full_name: repository };
  const pulls = `GET repos/${repository}/commits/${merged}/pulls`;
  const runs = `GET repos/${repository}/actions/workflows/osac-plan.yml/runs?event=pull_request&status=success&head_sha=${sha}`;
  const pull = { merged_at: "2026-01-01", head: { sha, repo: own } };
  const reviewed = { id: 500, head_repository: own };
  let script: string;
  let artifact: string;
  beforeEach(async () => {
    script = await readScript("examples/github/apply.yml", "Find the plan that was reviewed");
    artifact = await folder({ "osac-plan.json": JSON.stringify({ id: plan }), "osac-1/report.md": "# plan" });
  });
  const find = async (
    given: string,
    { [pulls]: pages = [pull], [runs]: found = [reviewed] }: Readonly<Record<string, object[]>> = {},
  ): Promise<Ran> =>
    run(
      script,
      { GIVEN: given, GITHUB_SHA: merged },
      {
        answers: { [pulls]: [pages], [runs]: [{ workflow_runs: found }] },
        artifacts: { 500: artifact, 501: await folder({ "x.json": JSON.stringify({ id: "f".repeat(64) }) }) },
      },
    );

  test("the apply workflow finds the plan in the artifact of the pull request's run", async () => {
    expect(await find("")).toMatchObject({ code: 0, output: `plan=${plan}\n` });
  });

  test("the apply workflow takes the plan id that a person gives, and asks nobody", async () => {
    expect(await find(plan.slice(0, 32))).toMatchObject({
      code: 0,
      output: `plan=${plan.slice(0, 32)}\n`,
      calls: [],
    });
  });

  const none: Readonly<Record<string, Readonly<Record<string, object[]>>>> = {
    "a commit without a pull request": { [pulls]: [] },
    "a pull request that was only closed": { [pulls]: [{ ...pull, merged_at: null }] },
    "a fork's pull request": {
      [pulls]: [{ ...pull, head: { sha, repo: { full_name: "mallory/security" } } }],
    },
    "a fork that is gone": { [pulls]: [{ ...pull, head: { sha, repo: null } }] },
    "no run that succeeded": { [runs]: [] },
    "a run of a fork at the same commit": {
      [runs]: [{ id: 501, head_repository: { full_name: "mallory/security" } }],
    },
  };
  test.for(Object.entries(none))("the apply workflow finds no plan for %s", async ([, answers]) => {
    const { code, log, output } = await find("", answers);
    expect({ code, output }).toEqual({ code: 1, output: "" });
    expect(log).toContain("::error::No reviewed plan belongs to this commit.");
  });

  test("the apply workflow passes over a fork's run at the same commit", async () => {
    const forged = { id: 501, head_repository: { full_name: "mallory/security" } };
    expect(await find("", { [runs]: [forged, reviewed] })).toMatchObject({ output: `plan=${plan}\n` });
  });

  test("the apply workflow ends if the artifact is gone", async () => {
    const { code, log, output } = await find("", { [runs]: [{ ...reviewed, id: 502 }] });
    expect({ code, output }).toEqual({ code: 1, output: "" });
    expect(log).toContain("no valid artifacts");
  });

  test.for(["$(touch pwned)", `${plan}\nevil=1`, "`id`", "--help", "0123456789a", "../../etc"])(
    "and takes %j for no id",
    async (given) => {
      expect(await find(given)).toMatchObject({ code: 1, output: "", calls: [] });
    },
  );
});

describe.skipIf(lacks("jq"))("fork-comment.yml comments what a fork's run left", () => {
  const list = `GET repos/${repository}/pulls`;
  const artifacts = `GET repos/${repository}/actions/runs/600/artifacts?name=osac-plan`;
  const comments = `GET repos/${repository}/issues/7/comments?per_page=100`;
  const post = `POST repos/${repository}/issues/7/comments`;
  const patch = `PATCH repos/${repository}/issues/comments/42`;
  const mine = { id: 42, user: { login: "github-actions[bot]" }, body: "<!-- osac-fork-comment -->\nold" };

  async function comment(
    report: string,
    more: GitHub["answers"] = {},
    left = "osac-1/report.md",
  ): Promise<Ran> {
    const script = await readScript(
      "examples/github/fork-comment.yml",
      "Comment what the run on the fork said",
    );
    const answers = {
      [list]: [[{ number: 7, head: { sha } }]],
      [artifacts]: [{ artifacts: [{ id: 9, size_in_bytes: 1_000 }] }],
      [comments]: [[]],
      [post]: [{}],
      [patch]: [{}],
      ...more,
    };
    const env = { RUN: "600", HEAD: "mallory:a$(touch pwned)`id`&state=closed", HEAD_SHA: sha };
    return run(script, env, { answers, artifacts: { 600: await folder({ [left]: report }) } });
  }

  const listSent = ({ calls }: Ran): string | undefined =>
    calls.find(({ line }) => line === post || line === patch)?.fields?.["body"];

  test("the fork comment shows the report as a block of code, under its own marker", async () => {
    const ran = await comment("### osac validate: 1 warning\n\n@octocat <img src=x> #1\n");
    expect(ran).toMatchObject({ code: 0 });
    expect(listSent(ran)).toMatch(
      /^<!-- osac-fork-comment -->\nWhat the checks said .*a{40}.*:\n\n {4}### osac/,
    );
    expect(ran.calls[0]).toMatchObject({ fields: { head: "mallory:a$(touch pwned)`id`&state=closed" } });
  });

  const hostile: Readonly<Record<string, string>> = {
    "thousands of lines": "x\n".repeat(20_000),
    "one long line": "x".repeat(200_000),
    "letters that are cut in two": "x" + "é".repeat(40_000),
    "bytes that are no text": "\u0000\u0007\u001b[31m\u007f\r\n\u2028x",
    "marks that turn the writing": "a\u202eb\u2066c\u200bd",
    "an end of the block": "x\n\n@octocat\n```\n<!-- osac-fork-comment -->\n</details>",
    "shell and expressions": "$(touch pwned) `id` ${{ github.token }} %s %n \\x41 '\"",
    nothing: "",
  };
  test.for(Object.entries(hostile))("the fork comment stays harmless with %s", async ([, report]) => {
    const ran = await comment(report);
    expect(ran.log).toBe("");
    expect(ran.code).toBe(0);
    const sent = listSent(ran)!;
    expect(sent.length).toBeLessThan(65_536);
    const [, , , ...lines] = sent.split("\n");
    expect(lines.filter((line) => line !== "" && !line.startsWith("    "))).toEqual([]);
    expect(sent.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  test("the fork comment updates its own comment, and nobody else's", async () => {
    const others = Array.from({ length: 100 }, (_, id) => ({ ...mine, id, user: { login: "mallory" } }));
    const ran = await comment("new", { [comments]: [others, [mine, { ...mine, id: 43 }]] });
    expect(ran.calls.at(-1)).toMatchObject({ line: patch });
    expect(listSent(ran)).toContain("    new");
  });

  const silent: Readonly<Record<string, GitHub["answers"]>> = {
    "a pull request that has moved on": { [list]: [[{ number: 7, head: { sha: "c".repeat(40) } }]] },
    "a pull request that is closed": { [list]: [[]] },
    "no artifact": { [artifacts]: [{ artifacts: [] }] },
    "an artifact that is far too large": { [artifacts]: [{ artifacts: [{ id: 9, size_in_bytes: 5e9 }] }] },
  };
  test.for(Object.entries(silent))("the fork comment writes nothing for %s", async ([, answers]) => {
    const ran = await comment("new", answers);
    expect([ran.code, listSent(ran)]).toEqual([0, undefined]);
  });

  test("the fork comment writes nothing for an artifact without a report", async () => {
    const ran = await comment("new", {}, "osac-plan.json");
    expect([ran.code, listSent(ran)]).toEqual([0, undefined]);
  });
});
