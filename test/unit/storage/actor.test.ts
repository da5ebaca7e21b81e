import { userInfo } from "node:os";
import { expect, test } from "vitest";
import { findActor, findCommit } from "../../../src/storage/actor.ts";
import { commit, git, repository, roles } from "../git/repository.ts";

test.for<[Record<string, string>, string, string]>([
  [{ GITHUB_ACTOR: "ann", USER: "runner" }, "ann", "GITHUB_ACTOR"],
  [{ GITLAB_USER_LOGIN: "ann", USER: "runner" }, "ann", "GITLAB_USER_LOGIN"],
  [{ BUILD_REQUESTEDFOR: "ann", USERNAME: "runner" }, "ann", "BUILD_REQUESTEDFOR"],
  [{ GITHUB_ACTOR: "ann", GITLAB_USER_LOGIN: "bob" }, "ann", "GITHUB_ACTOR"],
  [{ USER: "carl", USERNAME: "dan" }, "carl", "USER"],
  [{ GITHUB_ACTOR: "", USERNAME: "dan" }, "dan", "USERNAME"],
])("%j: who started the pipeline comes before the user of the machine: %s", ([env, name, from]) => {
  expect(findActor(env)).toEqual({ name, from });
});

test("without a variable the system knows the user", () => {
  expect(findActor({})).toEqual({ name: userInfo().username, from: "os" });
});

test("the commit is that of the pipeline before that of the directory, and says whether the files differ", async () => {
  const cwd = await repository();
  await commit(cwd, { "roles.yml": roles("a") });
  const head = await git(cwd, "rev-parse", "HEAD");
  expect(await findCommit({}, cwd)).toEqual({ commit: head, dirty: false });
  expect(await findCommit({ GITHUB_SHA: head, CI_COMMIT_SHA: "other" }, cwd)).toEqual({
    commit: head,
    dirty: false,
  });
  expect(await findCommit({ CI_COMMIT_SHA: "no-commit" }, cwd)).toEqual({ commit: "no-commit", dirty: null });
  await commit(cwd, { "roles.yml": roles("b") });
  expect(await findCommit({ BUILD_SOURCEVERSION: head }, cwd)).toEqual({ commit: head, dirty: true });
});
