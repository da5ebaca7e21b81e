import { describe, expect, test } from "vitest";
import { findPullRequest, openStickyComment, type StickyComment } from "../../../src/github/comment.ts";
import type { Event } from "../../../src/github/event.ts";
import { makeEvent, openMemory, type Memory } from "./memory.ts";

const target = { label: "prod", directory: "security" };
const start = "<!-- osac:comment prod security -->";
const pullRequest = { number: 7 };
const first = "aaaaaaaaaaaaaaaa";
const second = "bbbbbbbbbbbbbbbb";

function at(github: Memory, run: number, commit: string, given: Partial<Event> = {}): StickyComment {
  return openStickyComment(github, makeEvent(run, { commit, pullRequest, ...given }), 7, target);
}

describe("the comment of a pull request", () => {
  test("is one, which later runs overwrite", async () => {
    const github = openMemory();
    github.head = first;
    expect(await at(github, 1, first).write("### One", true)).toEqual({ url: "url-1" });
    expect(github.comments[0]!.body).toBe(`${start}\n<!-- osac:state ${first} 1 1 -->\n### One`);
    github.head = second;
    expect(await at(github, 2, second).write("### Two", false)).toEqual({ url: "url-1" });
    expect(github.comments.map(({ body }) => body)).toEqual([
      `${start}\n<!-- osac:state ${second} 2 1 -->\n### Two`,
    ]);
    expect(github.log.filter((line) => !line.startsWith("GET"))).toEqual([
      "POST /issues/7/comments",
      "PATCH /issues/comments/1",
    ]);
  });

  test("is not created where it would say nothing", async () => {
    const github = openMemory();
    github.head = first;
    expect(await at(github, 1, first).write("### One", false)).toEqual({});
    expect(github.comments).toEqual([]);
  });

  test.for([
    [{ id: 2, attempt: 1 }, "mine"],
    [{ id: 3, attempt: 1 }, "mine"],
    [{ id: 3, attempt: 2 }, "theirs"],
    [{ id: 4, attempt: 1 }, "theirs"],
  ] as const)("of run 3, attempt 1, is %j's to write: %s stays", async ([run, stays]) => {
    const github = openMemory();
    github.head = first;
    const own = openStickyComment(github, makeEvent(3, { commit: first, pullRequest }), 7, target);
    await own.write("mine", true);
    const theirs = makeEvent(run.id, { commit: first, pullRequest, run });
    await openStickyComment(github, theirs, 7, target).write("theirs", true);
    const expected = run.id === 3 && run.attempt === 1 ? "theirs" : stays;
    expect(github.comments[0]!.body.endsWith(expected)).toBe(true);
  });

  test("is struck through, if the pull request has moved on", async () => {
    const github = openMemory();
    github.head = second;
    await at(github, 1, first).write("text\n### One\nmore", true);
    expect(github.comments[0]!.body).toBe(
      `${start}\n<!-- osac:state ${first} 1 1 -->\ntext\n### ~~One~~\n\n**Outdated:** \`${second.slice(0, 12)}\` is newer. This report is not about it.\nmore`,
    );
    const merged = openMemory();
    merged.head = second;
    await at(merged, 1, first, { pullRequest: undefined }).write("### One", true);
    await at(merged, 1, first, { pullRequest: { number: 8 } }).write("### One", true);
    expect(merged.comments.map(({ body }) => body.includes("Outdated"))).toEqual([false]);
  });

  test("is found again, if only the answer to its creation was lost", async () => {
    const github = openMemory();
    github.head = first;
    const losing: Memory = {
      ...github,
      send: async (...args) => {
        await github.send(...args);
        throw new Error("lost");
      },
    };
    expect(await at(losing, 1, first).write("### One", true)).toEqual({ url: "url-1" });
  });
});

describe("before a run, the comment of the one before", () => {
  async function marked(later: [run: number, commit: string], body?: string): Promise<string> {
    const github = openMemory();
    github.head = first;
    await at(github, 5, first).write("### One\ntext", true);
    if (body !== undefined) github.comments[0]!.body = body;
    await at(github, ...later).markOutdated();
    return github.comments[0]!.body;
  }

  test("is struck through once, if it is about another commit", async () => {
    const once = await marked([6, second]);
    expect(once).toContain(`### ~~One~~\n\n**Outdated:** \`${second.slice(0, 12)}\` is newer.`);
    expect(await marked([7, second], once)).toBe(once);
  });

  test.for<[number, string]>([
    [6, first],
    [4, second],
  ])("stays before run %i about %s", async (later) => {
    expect(await marked(later)).not.toContain("Outdated");
  });

  test("stays, if it has no state or no heading", async () => {
    for (const body of [`${start}\n### One`, `${start}\n<!-- osac:state ${first} 5 1 -->\ntext # a\n #### b`])
      expect(await marked([6, second], body)).toBe(body);
    const github = openMemory();
    await at(github, 6, second).markOutdated();
    expect(github.log).toEqual(["GET /issues/7/comments"]);
  });
});

test("the pull request of a commit is the one that was merged", async () => {
  const github = openMemory();
  github.pulls.push(
    { number: 1, merged_at: null },
    { number: 2, merged_at: "2026" },
    { number: 3, merged_at: "2026" },
  );
  expect(await findPullRequest(github, makeEvent(1))).toBe(2);
  expect(github.log).toEqual(["GET /commits/0123456789abcdef/pulls"]);
  github.pulls.splice(1);
  expect(await findPullRequest(github, makeEvent(1))).toBeUndefined();
});
