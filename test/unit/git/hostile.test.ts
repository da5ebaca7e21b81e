import { chmod, cp, mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { withBase } from "../../../src/git/base-files.ts";
import { proveDeletions } from "../../../src/git/history.ts";
import { openWorkTree } from "../../../src/git/work-tree.ts";
import { findCommit } from "../../../src/storage/actor.ts";
import { OsacError } from "../../../src/errors.ts";
import type { KindName } from "../../../src/model/kind-name.ts";
import { folder } from "../../support/folder.ts";
import { commit, git, repository, roles, write } from "./repository.ts";

/** What a program of the pull request writes when it runs, with the variables that it saw. */
interface Trap {
  readonly program: string;
  readonly seen: () => Promise<string>;
}

async function trap(): Promise<Trap> {
  const path = await folder({
    trap: '#!/bin/sh\n{ echo "$0 $*"; env; } >> "$(dirname "$0")/seen"\nexit 1\n',
  });
  const program = join(path, "trap");
  await chmod(program, 0o755);
  return { program, seen: async () => readFile(join(path, "seen"), "utf8").catch(() => "") };
}

/** Every setting by which some command of git runs a program, or reads a file that it names. */
function evilConfig(program: string): string {
  return `
[core]
  fsmonitor = ${program}
  sshCommand = ${program}
  pager = ${program}
  editor = ${program}
  askPass = ${program}
  gitProxy = ${program}
  alternateRefsCommand = ${program}
  hooksPath = ${program}-hooks
  attributesFile = ${program}-attributes
[log]
  showSignature = true
[gpg]
  program = ${program}
  format = ssh
[gpg "ssh"]
  program = ${program}
  defaultKeyCommand = ${program}
[gpg "openpgp"]
  program = ${program}
[diff]
  external = ${program}
[diff "evil"]
  textconv = ${program}
  command = ${program}
[filter "evil"]
  clean = ${program}
  smudge = ${program}
  process = ${program}
  required = true
[credential]
  helper = !${program}
[protocol]
  allow = always
[protocol "ext"]
  allow = always
[remote "origin"]
  url = ext::${program} %S
  uploadpack = ${program}
  promisor = true
  partialclonefilter = blob:none
[alias]
  log = !${program}
  rev-parse = !${program}
[pager]
  log = ${program}
[trailer "x"]
  command = ${program}
`;
}

/** A repository with a role that was given up, whose last commit claims to be signed. */
async function signedHistory(): Promise<string> {
  const path = await repository();
  await commit(path, {
    "s/roles.yml": roles("kept", "old"),
    "s/.gitattributes": "* filter=evil diff=evil\n",
  });
  await commit(path, { "s/roles.yml": roles("kept") });
  const tree = await git(path, "rev-parse", "HEAD^{tree}");
  const parent = await git(path, "rev-parse", "HEAD");
  const signature = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n abc\n -----END PGP SIGNATURE-----";
  const text = `tree ${tree}\nparent ${parent}\nauthor x <a@b> 1700000000 +0000\ncommitter x <a@b> 1700000000 +0000\n${signature}\n\nm\n`;
  await write(path, { ".git/signed": text });
  const id = await git(path, "hash-object", "-t", "commit", "-w", join(path, ".git/signed"));
  await git(path, "update-ref", "HEAD", id);
  return path;
}

/** Everything that asks git something of a directory. */
async function askEverything(directory: string): Promise<void> {
  const names = new Map([["roles" as KindName, new Set(["old", "by_hand"])]]);
  await proveDeletions(directory, [], names).catch(known);
  await withBase("HEAD~1", { directory, cwd: directory }, async () => undefined).catch(known);
  await findCommit({}, directory);
}

function known(error: unknown): void {
  if (!(error instanceof OsacError)) throw error;
}

/** Turns a directory into a bare repository with this history and configuration: files that any commit can contain. */
async function embed(from: string, directory: string, config: string): Promise<void> {
  for (const name of ["HEAD", "objects", "refs"])
    await cp(join(from, ".git", name), join(directory, name), { recursive: true });
  await writeFile(join(directory, "config"), `[core]\n\tbare = false\n\tworktree = .\n${config}`);
}

describe("files of a pull request that are a repository of their own", () => {
  test("run nothing and prove nothing", async () => {
    const { program, seen } = await trap();
    const forged = await signedHistory();
    const path = await repository();
    await commit(path, { "s/roles.yml": roles("kept") });
    const directory = join(path, "s");
    await embed(forged, directory, evilConfig(program));
    await commit(path, {});

    await askEverything(directory);
    expect(await seen()).toBe("");
    const names = new Map([["roles" as KindName, new Set(["old"])]]);
    expect((await proveDeletions(directory, [], names)).proved).toEqual(new Map([["roles", new Map()]]));
    expect((await findCommit({}, directory)).commit).toBe(await git(path, "rev-parse", "HEAD"));
  });

  test("are refused where there is no other", async () => {
    const { program, seen } = await trap();
    const directory = await folder({ "roles.yml": roles("kept") });
    await embed(await signedHistory(), directory, evilConfig(program));

    expect(await openWorkTree(directory)).toEqual({ failed: "not a git repository" });
    await askEverything(directory);
    expect(await seen()).toBe("");
  });

  test("are refused under a .git that is no repository", async () => {
    const { program, seen } = await trap();
    const directory = await folder({ "roles.yml": roles("kept"), ".git/x": "" });
    await embed(await signedHistory(), directory, evilConfig(program));

    expect(await openWorkTree(directory)).toEqual({ failed: expect.any(String) });
    await askEverything(directory);
    expect(await seen()).toBe("");
  });

  test("are refused where a file called .git names them", async () => {
    const { program, seen } = await trap();
    const directory = await folder({ "s/roles.yml": roles("kept"), "s/.git": "gitdir: ./evil\n" });
    await mkdir(join(directory, "s/evil"));
    await embed(await signedHistory(), join(directory, "s/evil"), evilConfig(program));
    await writeFile(join(directory, "s/evil/config"), evilConfig(program));

    expect(await openWorkTree(join(directory, "s"))).toEqual({
      failed: expect.stringContaining("lies among the files"),
    });
    await askEverything(join(directory, "s"));
    expect(await seen()).toBe("");
  });
});

test("no setting of the repository itself makes git run a program, which would see no secret", async () => {
  const { program, seen } = await trap();
  vi.stubEnv("OSAC_PASSWORD", "canary-of-the-job");
  onTestFinished(() => void vi.unstubAllEnvs());
  const path = await signedHistory();
  await write(path, { gitconfig: evilConfig(program) });
  await git(path, "config", "include.path", "../gitconfig");
  await write(path, { "s/roles.yml": roles("kept", "more") });
  const blob = await git(path, "rev-parse", "HEAD~1:s/roles.yml");
  await askEverything(join(path, "s"));
  // What is missing would be fetched.
  await rm(join(path, ".git/objects", blob.slice(0, 2), blob.slice(2)));
  await askEverything(join(path, "s"));
  expect(await seen()).toBe("");
});

test("the variables of a job that are meant for another repository are not heeded", async () => {
  const path = await repository();
  await commit(path, { "roles.yml": roles("kept") });
  const other = await repository();
  vi.stubEnv("GIT_DIR", join(other, ".git"));
  vi.stubEnv("GIT_WORK_TREE", other);
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(await openWorkTree(path)).toEqual({ tree: { top: path, gitDir: join(path, ".git") } });
});

test("git is not taken from the work tree, nor from a relative folder", async () => {
  const { program, seen } = await trap();
  const path = await repository();
  await commit(path, { "roles.yml": roles("kept") });
  await mkdir(join(path, "node_modules/.bin"), { recursive: true });
  await cp(program, join(path, "node_modules/.bin/git"));
  const evil = ["", ".", "node_modules/.bin", join(path, "node_modules/.bin")];
  const before = process.cwd();
  process.chdir(path);
  vi.stubEnv("PATH", [...evil, process.env["PATH"]].join(delimiter));
  onTestFinished(() => {
    process.chdir(before);
    vi.unstubAllEnvs();
  });
  await askEverything(path);
  expect(await openWorkTree(path)).toHaveProperty("tree");
  expect(await readFile(join(path, "node_modules/.bin/seen"), "utf8").catch(() => "")).toBe("");
  expect(await seen()).toBe("");
});

describe("a work tree is known by a file called .git", () => {
  test("the history of a git worktree is read", async () => {
    const path = await repository();
    await commit(path, { "s/roles.yml": roles("kept", "old") });
    const last = await commit(path, { "s/roles.yml": roles("kept") });
    const other = join(await folder({}), "other");
    await git(path, "worktree", "add", "--quiet", other);

    const names = new Map([["roles" as KindName, new Set(["old"])]]);
    const { proved } = await proveDeletions(join(other, "s"), [], names);
    expect(proved.get("roles")).toEqual(new Map([["old", last]]));
  });

  test("the history of a submodule is read", async () => {
    const inner = await repository();
    await commit(inner, { "roles.yml": roles("kept", "old") });
    const last = await commit(inner, { "roles.yml": roles("kept") });
    const outer = await repository();
    await git(outer, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", inner, "s");

    const names = new Map([["roles" as KindName, new Set(["old"])]]);
    const { proved } = await proveDeletions(join(outer, "s"), [], names);
    expect(proved.get("roles")).toEqual(new Map([["old", last]]));
  });
});

test("a base is read without filters, links and names that lead out", async () => {
  const path = await repository();
  await commit(path, { "s/roles.yml": roles("kept"), outside: "secret" });
  await symlink("../outside", join(path, "s/tenants.yml"));
  await commit(path, {});
  const found = await withBase("HEAD", { directory: join(path, "s"), cwd: path }, async (copy) =>
    Promise.all(
      ["roles.yml", "tenants.yml"].map(async (name) => readFile(join(copy, name), "utf8").catch(() => "")),
    ),
  );
  expect(found).toEqual([roles("kept"), ""]);
});
