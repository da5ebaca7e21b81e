import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readReviewed } from "../../../src/settings/reviewed-files.ts";
import { compareByCodeUnit } from "../../../src/value/record.ts";
import { folder } from "../../support/folder.ts";
import { formatFinding } from "../../support/refusal.ts";
import { commit, repository } from "../git/repository.ts";
import { listRefusals, readRun } from "./run-settings.ts";

const from = { settingsFrom: ["HEAD"] };

const unreviewed = (key: string, file: string, place: string, reference = "HEAD"): string =>
  `[unreviewed-file] ${place}: ${key} names ${file}, which lies in the work tree${
    reference && ` and is not the file that ${reference} has there`
  }: whoever opens a pull request could have put it there`;

describe("a file that reviewed settings name in the work tree", () => {
  test("is as it was reviewed, or refused; what osac reads from the commit need only be there", async () => {
    const cwd = await repository();
    const text = "cluster: { ca_cert: ca.pem, token_file: token }\nfacts: { names: facts.yml }\n";
    await commit(cwd, { "osac.yml": text, "ca.pem": "ca", token: "t", "facts.yml": "f" });
    const { settings } = await readRun(cwd, { flags: from });
    expect(settings).toMatchObject({ caCert: join(cwd, "ca.pem"), tokenFile: join(cwd, "token") });

    for (const name of ["ca.pem", "token", "facts.yml"]) await writeFile(join(cwd, name), "another");
    expect(await listRefusals(cwd, { flags: from })).toEqual([
      `${unreviewed("cluster.token_file", join(cwd, "token"), "osac.yml:1:29")} | name a file outside of the work tree, or set it outside of the files: --token-file PATH, or OSAC_TOKEN_FILE`,
    ]);
    expect(await readReviewed("caCert", settings.caCert, settings)).toBe("ca");
    expect(await readReviewed("facts", settings.facts, settings)).toBe("f");
    expect(await readReviewed("facts", undefined, settings)).toBeUndefined();
    const typed = [{ name: "caCert", flag: "ca-cert", texts: [], isTyped: true, isPlanned: false }] as const;
    expect(await readReviewed("caCert", settings.caCert, { ...settings, typed })).toBeUndefined();
    expect(await readReviewed("facts", settings.facts, { ...settings, typed })).toBe("f");
    expect(
      await readReviewed("caCert", settings.caCert, { ...settings, settingsFrom: undefined }),
    ).toBeUndefined();
  });

  test("is refused where the commit has none, each with its line", async () => {
    const cwd = await repository();
    await commit(cwd, {
      "osac.yml":
        "cluster:\n  ca_cert: ca.pem\n  client_cert: ca.pem\n  client_key: ca.pem\nfacts: { names: ca.pem }\n",
    });
    await writeFile(join(cwd, "ca.pem"), "of the pull request");
    const refusals = await listRefusals(cwd, { flags: from });
    expect(
      refusals.map((one) => /osac\.yml:\d+:\d+/.exec(one)?.[0] ?? "").toSorted(compareByCodeUnit),
    ).toEqual(["2:3", "3:3", "4:3", "5:10"].map((place) => `osac.yml:${place}`));
  });

  test("is trusted by a settings file of the same work tree, and by none from outside", async () => {
    const cwd = await repository();
    await commit(cwd, { "ci/osac.yml": "cluster: { token_file: token }\n", "ci/token": "t", "files/x": "" });
    const within = { flags: { config: ["ci/osac.yml"] }, directory: "files" };
    expect((await readRun(cwd, within)).settings.tokenFile).toBe(join(cwd, "ci/token"));
    const job = await folder({ "osac.yml": `cluster: { token_file: ${join(cwd, "ci/token")} }\n` });
    const outside = { flags: { config: [join(job, "osac.yml")] }, directory: "files" };
    const [refusal] = await listRefusals(cwd, outside);
    expect(refusal).toContain(
      unreviewed("cluster.token_file", join(cwd, "ci/token"), `${join(job, "osac.yml")}:1:12`, ""),
    );
  });

  test("may be outside of the work tree, and a flag may name any", async () => {
    const cwd = await repository();
    const secrets = await folder({ token: "t" });
    await commit(cwd, { "osac.yml": `cluster: { token_file: ${join(secrets, "token")} }\n` });
    expect((await readRun(cwd, { flags: from })).settings.tokenFile).toBe(join(secrets, "token"));
    await writeFile(join(cwd, "token"), "t");
    const typed = { flags: { ...from, tokenFile: ["token"] } };
    expect((await readRun(cwd, typed)).settings.tokenFile).toBe(join(cwd, "token"));
  });
});

describe("--settings-from", () => {
  test("takes the settings of the commit, and says what the files change in them", async () => {
    const cwd = await repository();
    await commit(cwd, { "c/osac.yml": "strict: true\nguards: { max_deletes: 7 }\n" });
    await writeFile(join(cwd, "c/osac.yml"), "strict: false\nguards: { max_deletes: 7 }\nlayers: [a]\n");
    const { settings, findings } = await readRun(cwd, { flags: from, directory: "c" });
    expect(settings).toMatchObject({ strict: true, maxDeletes: 7, layers: [{ folder: "a" }] });
    expect(settings.protection.changes).toEqual([
      { name: "strict", before: true, after: false, at: expect.objectContaining({ line: 1 }) },
    ]);
    expect(findings).toEqual([]);
  });

  test("lists a changed user, and a changed expiry of plans", async () => {
    const cwd = await repositoryWith({ "osac.yml": "cluster: { username: planner }\n" });
    await writeFile(join(cwd, "osac.yml"), "cluster: { username: admin }\nplan: { expires: 999 }\n");
    const { settings } = await readRun(cwd, { flags: from, env: { OSAC_PASSWORD: "p" } });
    expect(settings.protection.changes).toEqual([
      {
        name: "cluster.username",
        before: "planner",
        after: "admin",
        at: expect.objectContaining({ line: 1 }),
      },
      { name: "plan.expires", before: 24, after: 999, at: expect.objectContaining({ line: 2 }) },
    ]);
  });

  test("says that a file which is not merged does not count", async () => {
    const cwd = await repository();
    await commit(cwd, { x: "" });
    await writeFile(join(cwd, "osac.yml"), "strict: true\n");
    const { settings, findings } = await readRun(cwd, { flags: from });
    expect(settings.strict).toBe(false);
    expect(findings.map(formatFinding)).toEqual([
      "[settings-not-merged] --settings-from HEAD has no osac.yml: no setting of that file counts in this run | merge the file first, or pass the settings that the run needs with flags or OSAC_… variables",
    ]);
    expect((await readRun(await repositoryWith({ x: "" }), { flags: from })).findings).toEqual([]);
  });

  test("takes the target of the commit", async () => {
    const cwd = await repositoryWith({ "osac.yml": "targets: { eu: { strict: true } }\n" });
    await writeFile(join(cwd, "osac.yml"), "targets: { eu: {}, us: {} }\n");
    const { settings } = await readRun(cwd, { flags: { ...from, target: ["eu"] } });
    expect(settings).toMatchObject({ strict: true, target: "eu" });
    const changes = settings.protection.changes.filter(({ name }) => name === "strict");
    expect(changes).toMatchObject([{ before: true, after: false }]);
    expect(await listRefusals(cwd, { flags: { ...from, target: ["us"] } })).toEqual([
      '[unknown-target] --target: there is no target "us" | there are eu',
    ]);
  });
});

describe("osac.yml in the working directory", () => {
  const notRead =
    "[settings-not-read] osac.yml in the working directory does not count: osac reads the one in the directory of the files | to use it, move it there or pass --config osac.yml";

  test("is a warning if the files lie elsewhere and have none", async () => {
    const cwd = await folder({ "osac.yml": "strict: true\n", "files/roles.yml": "" });
    const { settings, findings } = await readRun(cwd, { directory: "files" });
    expect(settings.strict).toBe(false);
    expect(findings.map(formatFinding)).toEqual([notRead]);
  });

  test("is no warning beside a settings file that counts", async () => {
    const cwd = await folder({ "osac.yml": "strict: true\n", "files/osac.yml": "strict: false\n" });
    expect((await readRun(cwd, { directory: "files" })).findings).toEqual([]);
    expect((await readRun(cwd, {})).findings).toEqual([]);
    const named = { directory: "files", flags: { config: ["osac.yml"] } };
    expect((await readRun(cwd, named)).findings).toEqual([]);
  });
});

async function repositoryWith(files: Record<string, string>): Promise<string> {
  const cwd = await repository();
  await commit(cwd, files);
  return cwd;
}

const list = async (
  before: Record<string, string | undefined>,
  after: Record<string, string | undefined>,
): Promise<unknown[]> => {
  const cwd = await repository();
  await commit(cwd, { "osac.yml": "", ...before });
  await commit(cwd, after);
  const { settings } = await readRun(cwd, { flags: { settingsFrom: ["HEAD~1"] } });
  return settings.protection.changes.map((one) => [one.name, "before" in one && one.before]);
};

const file = (...tests: string[]): string => `tests:\n${tests.map((one) => `  - { ${one} }\n`).join("")}`;

describe("access tests that the files drop", () => {
  const ann =
    "subject: user:ann, can: { read: [logs, metrics] }, cannot: { write: logs }, only: { index: [b, a], read: c }";

  test("are changes of the protective settings, one for each statement", async () => {
    expect(
      await list(
        { "access_tests/a.yml": file(ann) },
        { "access_tests/a.yml": file("subject: user:bob, can: { read: x }") },
      ),
    ).toEqual(
      [
        "user:ann can read: logs",
        "user:ann can read: metrics",
        "user:ann cannot write: logs",
        "user:ann can only index: a; index: b; read: c",
      ].map((text) => ["access_tests/a.yml", text]),
    );
  });

  test("are shown with the facts of the caller", async () => {
    const test =
      "subject: user:eve, backend_roles: [y, x], attributes: { b: '2', a: '1' }, address: 10.0.0.1, can: { read: l }";
    expect(await list({ "access_tests/a.yml": file(test) }, { "access_tests/a.yml": undefined })).toEqual([
      [
        "access_tests/a.yml",
        "user:eve (backend role x, backend role y, a=1, b=2, from 10.0.0.1) can read: l",
      ],
    ]);
  });

  test("are those whose list of all that the caller can do became longer", async () => {
    const [before, after] = [
      "subject: user:a, only: { read: [x] }",
      "subject: user:a, only: { read: [x, y] }",
    ];
    expect(await list({ "access_tests/a.yml": file(before) }, { "access_tests/a.yml": file(after) })).toEqual(
      [["access_tests/a.yml", "user:a can only read: x"]],
    );
  });

  test("are not those in another file, order or number of tests", async () => {
    const moved = [
      "subject: user:ann, can: { read: metrics }, only: { read: c, index: [a, b] }",
      "name: other, subject: user:ann, cannot: { write: logs }, can: { read: logs }",
    ];
    expect(
      await list(
        { "access_tests/a.yml": file(ann, ann) },
        { "access_tests/a.yml": undefined, "access_tests/b.yml": file(...moved) },
      ),
    ).toEqual([]);
  });

  test("are one each, though several tests said the same", async () => {
    const twice = file("subject: user:a, can: { read: x }", "subject: user:a, can: { read: x }");
    expect(
      await list(
        { "access_tests/a.yml": twice },
        { "access_tests/a.yml": file("subject: user:b, can: { read: x }") },
      ),
    ).toHaveLength(1);
  });

  test("differ by who asks, from where, and with what", async () => {
    const facts = ["backend_roles: [x]", "attributes: { a: b }", "address: 10.0.0.1"];
    for (const fact of facts) {
      const [before, after] = [
        `subject: user:a, ${fact}, can: { read: x }`,
        "subject: user:a, can: { read: x }",
      ];
      expect(
        await list({ "access_tests/a.yml": file(before) }, { "access_tests/a.yml": file(after) }),
      ).toHaveLength(1);
    }
  });

  test("are read in the layers of each side, and nowhere else", async () => {
    const test = file("subject: user:a, can: { read: x }");
    expect(
      await list(
        {
          "osac.yml": "layers: [base, env/prod]\n",
          "base/access_tests/a.yml": test,
          "env/prod/access_tests/b.yml": file("subject: user:b, can: { read: x }"),
          "access_tests/c.yml": file("subject: user:c, can: { read: x }"),
          "base/access_tests/more/d.yml": file("subject: user:d, can: { read: x }"),
          "base/access_tests/e.yaml": file("subject: user:e, can: { read: x }"),
          "other/base/access_tests/f.yml": file("subject: user:f, can: { read: x }"),
        },
        {
          "osac.yml": "layers: [new]\n",
          "base/access_tests/a.yml": undefined,
          "env/prod/access_tests/b.yml": undefined,
          "access_tests/c.yml": undefined,
          "base/access_tests/more/d.yml": undefined,
          "base/access_tests/e.yaml": undefined,
          "other/base/access_tests/f.yml": undefined,
          "new/access_tests/a.yml": test,
        },
      ),
    ).toEqual([["env/prod/access_tests/b.yml", "user:b can read: x"]]);
  });
});
