import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { OsacError } from "../../../src/errors.ts";
import { openGitHub, type GitHub } from "../../../src/github/api.ts";
import type { Finding } from "../../../src/model/finding.ts";
import { Secret } from "../../../src/secrets/secret.ts";
import { startFakeGitHub, type Entry, type FakeGitHub } from "./fake-github.ts";

let fake: FakeGitHub;
let github: GitHub;
beforeEach(async () => {
  fake = await startFakeGitHub();
  github = openGitHub(fake.connection);
});
afterEach(async () => {
  await github.close();
  await fake.stop();
});

const comments = "/repos/octo/security/issues/7/comments";

/** The findings if a request is refused. */
async function findFinding(request: Promise<unknown>): Promise<Finding> {
  const error: unknown = await request.catch((cause: unknown) => cause);
  if (!(error instanceof OsacError)) throw error;
  return error.findings[0]!;
}

test("a list is read to its last page", async () => {
  for (let index = 0; index < 321; index++) fake.addComment(7, `comment ${index}`);
  const all = await github.all<Entry>(comments);
  expect(all.map(({ body }) => body)).toEqual(Array.from({ length: 321 }, (_, index) => `comment ${index}`));
  expect(fake.requests).toHaveLength(4);
});

test("a next page on another server is not asked, and never gets the token", async () => {
  const link = '<https://elsewhere.example/steal>; rel="next"';
  fake.fail({ status: 200, body: [{ body: "one" }] as object, headers: { link } });
  expect(await github.all(comments)).toHaveLength(1);
});

describe("what passes is asked again", () => {
  const faults = {
    "a bad gateway": { status: 502 },
    "a secondary limit that says when": { status: 403, headers: { "retry-after": "0" } },
    "a secondary limit that only says so": {
      status: 403,
      body: { message: "You have exceeded a secondary rate limit. Please wait." },
    },
    "too many requests": { status: 429, headers: { "retry-after": "0" } },
    "a limit that is over by now": {
      status: 403,
      headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1" },
    },
  };
  test.for(Object.entries(faults))("%s", async ([, fault]) => {
    fake.addComment(7, "there");
    fake.fail(fault, fault);
    expect(await github.all(comments)).toHaveLength(1);
    expect(fake.requests).toHaveLength(3);
  });
});

test("a comment whose creation met a bad gateway is not sent again: it may be there", async () => {
  fake.fail({ status: 502, isDone: true });
  expect(await findFinding(github.send("POST", comments, { body: "x" }))).toMatchObject({
    code: "github-refused",
  });
  expect(fake.comments.get(7)).toHaveLength(1);
});

test("a limit that is far from over ends the waiting, and so do too many failures", async () => {
  const reset = String(Math.floor(Date.now() / 1000) + 3000);
  fake.fail({ status: 403, headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset } });
  expect(await findFinding(github.all(comments))).toMatchObject({ code: "github-rate-limit" });
  fake.fail(...Array.from({ length: 9 }, () => ({ status: 503 })));
  expect(await findFinding(github.all(comments))).toMatchObject({ code: "github-refused" });
  expect(fake.requests).toHaveLength(5);
});

test("an answer that is not GitHub's is no empty list, and no comment", async () => {
  for (const body of ["<html>login</html>", {}] as unknown as object[]) {
    fake.fail({ status: 200, body });
    expect((await findFinding(github.all(comments))).hint).toContain("proxy");
  }
  fake.fail({ status: 200, body: "<html>login</html>" as unknown as object });
  expect((await findFinding(github.send("POST", comments, { body: "x" }))).hint).toContain("proxy");
});

describe("a refusal says what to do", () => {
  test("a wrong token", async () => {
    const stranger = openGitHub({ ...fake.connection, token: new Secret("ghs_wrongTokenOfNobody") });
    const finding = await findFinding(stranger.all(comments));
    await stranger.close();
    expect(finding.message).toContain("401");
    expect(finding.message).toContain("Bad credentials");
    expect(finding.hint).toContain("github-token");
  });

  test("a permission that the job did not ask for is named", async () => {
    fake.permissions.clear();
    const finding = await findFinding(github.send("POST", comments, { body: "x" }));
    expect(finding.hint).toContain("pull-requests: write");
  });

  test("what is not there, and what GitHub does not like", async () => {
    expect((await findFinding(github.get("/repos/octo/security/pulls/9"))).message).toContain("404");
    const body = "x".repeat(70_000);
    expect((await findFinding(github.send("POST", comments, { body }))).message).toContain(
      "body is too long",
    );
  });

  test("a server that does not answer in time, and one that is not there", async () => {
    const hasty = openGitHub({ ...fake.connection, timeoutMs: 50 });
    fake.fail({ status: 200, delayMs: 1_500 });
    expect(await findFinding(hasty.send("POST", comments, { body: "x" }))).toMatchObject({
      code: "github-unreachable",
    });
    await hasty.close();
    const nowhere = openGitHub({ ...fake.connection, url: "http://127.0.0.1:1" });
    expect(await findFinding(nowhere.all(comments))).toMatchObject({ code: "github-unreachable" });
    await nowhere.close();
  });
});

test("the author is asked for, and taken for the job's own where nobody says", async () => {
  expect(await github.author()).toBe("github-actions[bot]");
  fake.fail({ status: 403, method: "POST" });
  expect(await github.author()).toBe("github-actions[bot]");
});
