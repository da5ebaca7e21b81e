import { spawn } from "node:child_process";
import { once } from "node:events";
import { rename } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { proveDeletions } from "../../../src/git/history.ts";
import { OsacError } from "../../../src/errors.ts";
import type { KindName } from "../../../src/model/kind-name.ts";
import { folder } from "../../support/folder.ts";
import { commit, git, repository, roles, write } from "./repository.ts";

const findProofs = async (path: string, names: readonly string[], before: readonly string[] = []) =>
  proveDeletions(path, before, new Map([["roles" as KindName, new Set(names)]]));

/** Which of the names are proved, and by which commit each was given up. */
async function proved(path: string, names: readonly string[], before?: readonly string[]) {
  const { proved: all } = await findProofs(path, names, before);
  return Object.fromEntries(all.get("roles") ?? []);
}

async function refusal(...args: Parameters<typeof findProofs>): Promise<string> {
  const error: unknown = await findProofs(...args).catch((reason: unknown) => reason);
  if (!(error instanceof OsacError)) throw new Error(`it was not refused: ${String(error)}`);
  expect(error.reason).toBe("input");
  const [{ code, message, hint }] = error.findings as [(typeof error.findings)[0]];
  expect(message).toMatch(/^prune: removed cannot prove a deletion: /);
  expect(hint).toContain("--prune KIND=never");
  return `${code}: ${message} (${hint})`;
}

describe("a deletion is proved", () => {
  test("the commit that took the name out of the files proves the deletion of that name alone", async () => {
    const path = await repository();
    await commit(path, { "s/roles.yml": roles("kept", "old", "older") });
    const second = await commit(path, { "s/roles.yml": roles("kept", "old") });
    await commit(path, { "s/tenants.yml": "_meta: { type: tenants, config_version: 2 }\nby_hand: {}\n" });
    const last = await commit(path, { "s/roles.yml": roles("kept") });
    await commit(path, { README: "x" });

    expect(await proved(join(path, "s"), ["old", "older", "by_hand"])).toEqual({ old: last, older: second });
  });

  test("the last of several removals proves the deletion of a name that came back", async () => {
    const path = await repository();
    await commit(path, { "roles.yml": roles("old") });
    await commit(path, { "roles.yml": roles() });
    await commit(path, { "roles.yml": roles("old") });
    const last = await commit(path, { "roles.yml": roles() });

    expect(await proved(path, ["old"])).toEqual({ old: last });
  });

  test("the removal of a file proves a deletion; moving a name between the files of a kind does not", async () => {
    const path = await repository();
    await commit(path, { "roles.yml": roles("a", "b"), "roles/team.yml": roles("c") });
    await commit(path, { "roles.yml": roles("a"), "roles/team.yml": roles("b", "c") });
    const last = await commit(path, { "roles/team.yml": undefined });

    expect(await proved(path, ["b", "c"])).toEqual({ b: last, c: last });
  });

  test("a merged commit and a merge itself prove a deletion", async () => {
    const path = await repository();
    await commit(path, { "roles.yml": roles("a", "b", "c") });
    await git(path, "checkout", "--quiet", "-b", "side");
    const side = await commit(path, { "roles.yml": roles("b", "c") });
    await git(path, "checkout", "--quiet", "main");
    await commit(path, { README: "x" });
    await git(path, "merge", "--quiet", "--no-edit", "side");
    expect(await proved(path, ["a"])).toEqual({ a: side });

    await git(path, "checkout", "--quiet", "-b", "other");
    await commit(path, { "roles.yml": roles("b", "c", "other") });
    await git(path, "checkout", "--quiet", "main");
    await commit(path, { "roles.yml": roles("b", "c", "mine") });
    await git(path, "merge", "other").catch(() => {});
    const merge = await commit(path, { "roles.yml": roles("c", "mine", "other") });
    expect(await proved(path, ["b"])).toEqual({ b: merge });
  });

  test("a deletion is proved for names in any notation of a file", async () => {
    const path = await repository();
    await commit(path, {
      "roles.yml": [
        "_meta: { type: roles, config_version: 2 }",
        '"a: b": {}',
        "'team/x': {}",
        "ä.*: {}",
        "a:b : {}",
        "",
      ].join("\n"),
    });
    await commit(path, {
      "roles.yml": '{_meta: {type: roles, config_version: 2}, "braced one": {}, plain: {}}\n',
    });
    await commit(path, { "roles.yml": roles("kept") });
    const names = ["a: b", "team/x", "ä.*", "a:b", "braced one", "plain"];

    expect(Object.keys(await proved(path, names)).toSorted()).toEqual(names.toSorted());
  });

  test("osac reads of a long history only what mentions a name", async () => {
    const path = await repository();
    await longHistory(path, 2000);
    const began = performance.now();

    expect(Object.keys(await proved(path, ["role_0", "role_900", "never"]))).toEqual(["role_0", "role_900"]);
    expect(performance.now() - began).toBeLessThan(10_000);
  });
});

/** As many commits of a file with forty roles, each of which loses one and gains one. */
async function longHistory(path: string, length: number): Promise<void> {
  const commits = Array.from({ length }, (_, index) => {
    const text = roles(...Array.from({ length: 40 }, (__, one) => `role_${index + one}`));
    const head = `commit refs/heads/main\ncommitter a <a@b> ${1_700_000_000 + index} +0000\ndata 1\nx\n`;
    return `${head}M 644 inline roles.yml\ndata ${text.length}\n${text}\n`;
  });
  const importing = spawn("git", ["-C", path, "fast-import", "--quiet"], {
    stdio: ["pipe", "ignore", "ignore"],
  });
  importing.stdin.end(commits.join(""));
  await once(importing, "exit");
}

describe("nothing is proved", () => {
  test("a fresh repository proves nothing", async () => {
    const path = await repository();
    await commit(path, { "roles.yml": roles("kept") });

    expect(await findProofs(path, ["by_hand"])).toEqual({
      proved: new Map([["roles", new Map()]]),
      findings: [],
    });
  });

  test("nothing is proved before the deletion is committed, and osac reports that", async () => {
    const path = await repository();
    await commit(path, { "roles.yml": roles("kept", "old", "older") });
    await write(path, { "roles.yml": roles("kept") });

    const { proved: all, findings } = await findProofs(path, ["old", "older"]);
    expect(all.get("roles")).toEqual(new Map());
    expect(findings).toMatchObject([
      {
        code: "deletion-not-committed",
        severity: "warning",
        message: expect.stringMatching(/^roles\/old, roles\/older:/),
      },
    ]);
  });

  test("another branch, another directory or another kind proves nothing", async () => {
    const path = await repository();
    await commit(path, { "s/roles.yml": roles("kept"), "other/roles.yml": roles("old") });
    await commit(path, { "s/roles/deep/x.yml": roles("old"), "s/roles.yml.bak": roles("old") });
    await commit(path, { "s/tenants.yml": "_meta: { type: tenants, config_version: 2 }\nold: {}\n" });
    await git(path, "checkout", "--quiet", "-b", "side");
    await commit(path, { "s/roles.yml": roles("old") });
    await git(path, "checkout", "--quiet", "main");
    await commit(path, { "s/tenants.yml": undefined, "other/roles.yml": undefined });

    expect(await proved(join(path, "s"), ["old"])).toEqual({});
  });

  test("nothing is proved for a name that a placeholder stood for", async () => {
    const path = await repository();
    await commit(path, { "roles.yml": `${roles()}"\${env.NAME:-old}": {}\n` });
    await commit(path, {
      "roles.yml": `{_meta: {type: roles, config_version: 2}, "\${env.NAME:-old}": {}}\n`,
    });
    await commit(path, { "roles.yml": roles("kept") });

    expect(await proved(path, ["old", "${env.NAME:-old}"])).not.toHaveProperty("old");
  });

  test("a version that cannot be read proves nothing, and osac reports that", async () => {
    const path = await repository();
    const broken = await commit(path, { "roles.yml": `${roles("old")}}: [\n` });
    await commit(path, { "roles.yml": roles("kept") });

    const { proved: all, findings } = await findProofs(path, ["old"]);
    expect(all.get("roles")).toEqual(new Map());
    expect(findings).toMatchObject([
      { code: "unreadable-version", severity: "notice", kind: "roles", name: "old" },
    ]);
    expect(findings[0]!.message).toContain(broken);
  });

  test("nothing is proved while the last commit's file cannot be read", async () => {
    const path = await repository();
    await commit(path, { "roles.yml": roles("old") });
    await commit(path, { "roles.yml": `${roles("old")}}: [\n` });

    expect(await proved(path, ["old"])).toEqual({});
  });
});

describe("it is refused to guess", () => {
  const declared = { "s/roles.yml": roles("old") };

  test("osac refuses to guess without a repository", async () => {
    expect(await refusal(await folder(declared), ["old"])).toMatch(
      /^history-missing: .* in no git repository/,
    );
  });

  test("osac refuses to guess without git", async () => {
    const path = await repository();
    await commit(path, declared);
    vi.stubEnv("PATH", "/nowhere");
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(await refusal(join(path, "s"), ["old"])).toMatch(/^history-missing: .*git is not installed/);
  });

  test("osac refuses to guess in a shallow clone", async () => {
    const path = await repository();
    await commit(path, declared);
    await commit(path, { "s/roles.yml": roles() });
    const clone = await folder({});
    await git(clone, "clone", "--quiet", "--depth=1", `file://${path}`, ".");

    expect(await refusal(join(clone, "s"), ["old"])).toMatch(/^history-shallow: .*fetch-depth: 0/);
  });

  test("a clone that leaves out files or folders is refused, and nothing is fetched", async () => {
    const path = await repository();
    await commit(path, declared);
    await commit(path, { "s/roles.yml": roles() });
    await git(path, "config", "uploadpack.allowFilter", "true");
    for (const filter of ["blob:none", "tree:0"]) {
      const clone = await folder({});
      await git(clone, "clone", "--quiet", `--filter=${filter}`, `file://${path}`, ".");
      expect(await refusal(join(clone, "s"), ["old"])).toMatch(/^history-incomplete: .*partial clone/);
    }
  });

  test("a directory that no commit has is refused", async () => {
    const path = await repository();
    await write(path, declared);
    expect(await refusal(join(path, "s"), ["old"])).toMatch(/^history-untracked: .*commit them first/);
    await git(path, "commit", "--quiet", "--allow-empty", "--message", "nothing");
    expect(await refusal(join(path, "s"), ["old"])).toMatch(/^history-untracked: /);
  });

  test("a branch that diverged from its upstream, or that was pushed by force, is refused", async () => {
    const path = await repository();
    await commit(path, { "s/roles.yml": roles("kept") });
    const clone = await folder({});
    await git(clone, "clone", "--quiet", path, ".");
    const at = join(clone, "s");
    expect(await proved(at, ["old"])).toEqual({});

    await git(path, "commit", "--quiet", "--amend", "--message", "rewritten");
    await git(clone, "fetch", "--quiet");
    expect(await refusal(at, ["old"])).toMatch(
      /^history-rewritten: .*HEAD and origin\/main have diverged \(1 and 1 .*git pull --rebase/,
    );

    await git(clone, "reset", "--quiet", "--hard", "origin/main");
    expect(await refusal(at, ["old"])).toMatch(/^history-rewritten: .*origin\/main was moved by force/);
  });

  test("a history with exchanged commits is refused", async () => {
    const path = await repository();
    await commit(path, declared);
    await commit(path, { README: "x" });
    await git(path, "replace", "--graft", "HEAD");
    expect(await refusal(join(path, "s"), ["old"])).toMatch(/^history-rewritten: .*refs\/replace/);

    await git(path, "replace", "--delete", "HEAD");
    await write(path, { ".git/info/grafts": `${await git(path, "rev-parse", "HEAD")}\n` });
    expect(await refusal(join(path, "s"), ["old"])).toMatch(/^history-rewritten: .*info\/grafts/);
  });
});

describe("a directory that was another one before", () => {
  const many = roles("a", "b", "c", "old");

  test("is refused until it is listed, and then counts as the same", async () => {
    const path = await repository();
    await commit(path, { "old/dir/roles.yml": many, "old/dir/roles/team.yml": roles("team", "x", "y") });
    await rename(join(path, "old/dir"), join(path, "new"));
    const move = await commit(path, {});
    const last = await commit(path, { "new/roles.yml": roles("a", "b", "c") });
    const at = join(path, "new");

    const said = await refusal(at, ["old"]);
    expect(said).toMatch(/^history-moved: .*old\/dir\/roles.* to new\/roles/);
    expect(said).toContain(move);
    expect(said).toContain('history: {paths: ["old/dir"]}');
    for (const spelling of ["old/dir", "./old/dir/"])
      expect(await proved(at, ["old"], [spelling])).toEqual({ old: last });
  });

  test("may have been the top of the repository, and may become it", async () => {
    const path = await repository();
    await commit(path, { "roles.yml": many });
    await write(path, { "s/keep": "" });
    await rename(join(path, "roles.yml"), join(path, "s/roles.yml"));
    await commit(path, {});
    const last = await commit(path, { "s/roles.yml": roles("a", "b", "c") });
    expect(await refusal(join(path, "s"), ["old"])).toContain('history: {paths: ["."]}');
    expect(await proved(join(path, "s"), ["old"], ["."])).toEqual({ old: last });

    await rename(join(path, "s/roles.yml"), join(path, "roles.yml"));
    await commit(path, {});
    expect(await refusal(path, ["old"])).toContain('history: {paths: ["s"]}');
  });

  test("is the same where a file only changes its name within it", async () => {
    const path = await repository();
    await commit(path, { "s/roles.yml.example": many });
    await rename(join(path, "s/roles.yml.example"), join(path, "s/roles.yml"));
    await commit(path, {});
    const last = await commit(path, { "s/roles.yml": roles("a") });

    expect(await proved(join(path, "s"), ["old"])).toEqual({ old: last });
  });
});

// A run of blanks once took a time that grew with its cube.
test("a long line in the history is no work", async () => {
  const path = await repository();
  await commit(path, { "roles.yml": `${roles("old")}# ${" ".repeat(1_000_000)}x\n` });
  await commit(path, {
    "roles.yml": `{_meta: {type: roles, config_version: 2}, ${" ".repeat(1_000_000)}old: {}}\n`,
  });
  const last = await commit(path, { "roles.yml": roles("kept") });
  expect(await proved(path, ["old"])).toEqual({ old: last });
});

describe("a name with a placeholder that was given up", () => {
  const named = roles("kept", '"${env.PREFIX}_reader"');

  test("proves nothing, and what it may have been is said", async () => {
    const path = await repository();
    await commit(path, { "roles.yml": named });
    await commit(path, { "roles.yml": roles("kept") });

    const { proved: all, findings } = await findProofs(path, ["team_reader", "by_hand"]);

    expect([...all.get("roles")!]).toEqual([]);
    expect(findings.map(({ code, message }) => [code, message])).toEqual([
      [
        "deletion-not-provable",
        expect.stringMatching(/^roles\/\$\{env\.PREFIX\}_reader: commit .* it may be roles\/team_reader$/),
      ],
    ]);
  });

  test("is not spoken of where it still stands, or nothing is left that it may have been", async () => {
    const path = await repository();
    await commit(path, { "roles.yml": named });
    expect((await findProofs(path, ["team_reader"])).findings).toEqual([]);
    await commit(path, { "roles.yml": roles("kept") });
    expect((await findProofs(path, ["by_hand"])).findings).toEqual([]);
  });
});
