import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Report } from "../../../src/report/command-result.ts";
import { startSimulator, type Simulator } from "../../../src/simulator/index.ts";
import { folder } from "../../support/folder.ts";
import { osac, type Ran } from "../../support/osac.ts";

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.stop());

type Entities = Readonly<Record<string, object>>;

/** What GitHub takes of a comment, by and large. */
const limit = 60_000;

interface Shown extends Ran {
  /** As the comment has it. */
  readonly comment: string;
}

/** Plans files of these kinds. */
async function plan(kinds: Readonly<Record<string, Entities>>, ...flags: readonly string[]): Promise<Shown> {
  const files = Object.entries(kinds).map(([file, entities]) => [
    `files/${file}.yml`,
    makeFile(file, entities),
  ]);
  const cwd = await folder({ "ca.pem": simulator.caCert, ...Object.fromEntries(files) });
  const env = {
    OSAC_URL: simulator.url,
    OSAC_CA_CERT: join(cwd, "ca.pem"),
    OSAC_USERNAME: "admin",
    OSAC_PASSWORD: "admin",
  };
  const reports: Report[] = [];
  const ran = await osac(["plan", "files", ...flags], { env, cwd, report: (report) => reports.push(report) });
  return { ...ran, comment: reports.at(-1)!.markdown({ limit, about: "about", whole: "the artifact" }) };
}

const types: Readonly<Record<string, string>> = {
  roles_mapping: "rolesmapping",
  action_groups: "actiongroups",
  internal_users: "internalusers",
};

function makeFile(file: string, entities: Entities): string {
  return JSON.stringify({ _meta: { type: types[file] ?? file, config_version: 2 }, ...entities });
}

function many(count: number, name: string, entity: object): Entities {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`${name}-${index}`, entity]));
}

const everybody = { logs_reader: { users: ["*"] } };
const role = { cluster_permissions: ["cluster_monitor"] };

describe("no change can be pushed out of the comment", () => {
  test("900 tenants push no other change out of the comment", async () => {
    const { comment } = await plan({
      tenants: many(900, "tenant", { description: "x".repeat(200) }),
      roles: { logs_reader: role },
      roles_mapping: everybody,
    });
    expect(comment.length).toBeLessThanOrEqual(limit);
    expect(comment).toMatch(/^\+ {3}logs_reader {2}roles_mapping\.yml:1$/m);
    for (let index = 0; index < 900; index++) expect(comment).toContain(`tenant-${index}  tenants.yml:1`);
    expect(comment).toMatch(
      /^\*\*This report is cut: details of \d+ changes\. Read all of it in the artifact\.\*\*$/m,
    );
    expect(comment).toContain("users  [*]");
  });

  test("one text of 62 KB pushes no change out of the comment: its beginning, length and digest are shown", async () => {
    const roles = { aaa: { ...role, description: "d".repeat(62_000) }, zzz: { cluster_permissions: ["*"] } };
    const { comment, out } = await plan({ roles });
    for (const text of [comment, out]) {
      expect(text.length).toBeLessThan(3_000);
      expect(text).toMatch(/^\+? +\+? ?zzz/m);
      expect(text).toContain("cluster_permissions  [*]");
      expect(text).toMatch(/d{300}… \(62000 characters, sha256 [0-9a-f]{32}\)$/m);
    }
  });

  test("400 roles with an error each push no change out of the comment", async () => {
    const { comment } = await plan({
      roles: many(400, "role", {
        cluster_permissions: ["no_such_permission", "cluster:monitor/heath"],
        description: "x",
      }),
      roles_mapping: { ...everybody, "role-0": { users: ["somebody"] } },
    });
    expect(comment.length).toBeLessThanOrEqual(limit);
    expect(comment).toMatch(/^\+ {3}logs_reader {2}roles_mapping\.yml:1$/m);
    for (let index = 0; index < 400; index++) expect(comment).toContain(`role-${index}  roles.yml:1`);
  });

  test("a long text in another destructive change pushes no change out of the comment", async () => {
    for (const [kind, entity] of [
      ["actiongroups", { allowed_actions: ["read"], type: "index", description: "old" }],
      ["roles", role],
    ] as const)
      await simulator.edit(kind, (document) =>
        Object.assign(document, { aaa: entity, bbb: entity, ccc: entity }),
      );
    const { comment } = await plan(
      {
        action_groups: {
          aaa: { allowed_actions: [], type: "index", description: "d".repeat(40_000) },
          bbb: { allowed_actions: ["read"], type: "index" },
          ccc: { allowed_actions: ["read"], type: "index" },
        },
        roles: { aaa: role },
      },
      "--prune",
      "roles=all",
      "--max-delete-share=100%",
    );
    const danger = comment.slice(comment.indexOf("**destructive"), comment.indexOf("**other"));
    for (const name of ["! aaa", "-  bbb", "-  ccc"]) expect(danger).toContain(name.slice(2));
  });

  test("the comment names in bold at the top what it does not list of 3,000 changes", async () => {
    const { comment } = await plan({
      tenants: many(3_000, "tenant", { description: "x" }),
      roles: { logs_reader: role },
      roles_mapping: everybody,
    });
    expect(comment.length).toBeLessThanOrEqual(limit);
    expect(comment).toMatch(/^\+ {3}logs_reader {2}roles_mapping\.yml:1$/m);
    const notice = /^\*\*This report is cut: (\d+) changes not listed, details of \d+ changes\./m.exec(
      comment,
    );
    const listed = comment.split("\n").filter((line) => /^\+ {3}tenant-\d+ {2}tenants/.test(line)).length;
    expect(Number(notice![1])).toBeGreaterThan(0);
    expect(new Set(comment.match(/tenant-\d+/g)).size + Number(notice![1])).toBe(3_000);
    expect(listed).toBeGreaterThan(500);
  });
});

test("a first apply of 3,000 entities is one line an entity; -v has the fields", async () => {
  const tenants = many(3_000, "tenant", { description: "of a team" });
  const { out } = await plan({ tenants });
  expect(out.split("\n").length).toBeLessThan(3_020);
  expect(out).toContain("-v shows the fields of 3000 creations");
  expect(out).not.toMatch(/^details$/m);
  expect((await plan({ tenants }, "-v")).out.match(/description {2}of a team/g)).toHaveLength(3_000);
});

test("details are those of the changes that have some, under one title", async () => {
  const roles = { wide: { cluster_permissions: ["*"] } };
  const tenants = many(200, "tenant", {});
  const roles_mapping = { all_access: { users: ["ann", "bob"], backend_roles: ["admin"] } };
  const { out } = await plan({ tenants, roles, roles_mapping });
  const [, ...details] = out.split(/^details\n/m);
  expect(details).toHaveLength(1);
  expect(details[0]).toMatch(/^\w+\n {2}~ all_access/);
  expect(details[0]).not.toContain("tenant-1");
});
