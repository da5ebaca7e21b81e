import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { folder } from "../../support/folder.ts";
import { osac } from "../../support/osac.ts";
import { start } from "../../support/simulated-cluster.ts";

const roles = (pattern: string): string => `_meta: { type: roles, config_version: 2 }
reader:
  index_permissions:
    - index_patterns: ["${pattern}"]
      allowed_actions: ["read"]
`;

const files = {
  "roles.yml": roles("logs-*"),
  "roles_mapping.yml": `_meta: { type: rolesmapping, config_version: 2 }
reader:
  users: [ann]
`,
};

function within(name: string, more: Readonly<Record<string, string>> = {}): Record<string, string> {
  const all = Object.entries({ ...files, ...more });
  return Object.fromEntries(all.map(([file, text]) => [`${name}/${file}`, text]));
}

/** A repository with the files in one commit, and a wider role in the work tree. */
async function repository(): Promise<string> {
  const cwd = await folder(within("it"));
  const git = (...words: readonly string[]): void => {
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b.c", ...words], { cwd, stdio: "ignore" });
  };
  git("init");
  git("add", "-A");
  git("commit", "-m", "one");
  await writeFile(join(cwd, "it", "roles.yml"), roles("*"));
  return cwd;
}

describe("osac access diff", () => {
  test("tells who gains what between two directories, with the place of the change, and exits with 2", async () => {
    const cwd = await folder({ ...within("old"), ...within("new", { "roles.yml": roles("*") }) });
    const { code, out } = await osac(["access", "diff", "old", "new"], { cwd });
    expect(code).toBe(2);
    expect(out).toBe(`Access from old to new: 1 gain
  user ann gains read on * except logs-*, e.g. x [new/roles.yml:2]

computed for OpenSearch 3.4.0 (the default; name yours with --server-version or cluster.version) from the files in old and the files in new
no tenants.yml, action_groups.yml, internal_users.yml, config.yml: taken as empty
index names unknown: assuming no aliases and no data streams (osac access facts reads them)
node settings: the product's defaults (facts.settings in osac.yml)
`);
  });

  test("lists forty lines, and names what prints the others", async () => {
    const counted = Array.from({ length: 43 }, (_, place) => `r${place}`);
    const grown = {
      "roles.yml": `_meta: { type: roles, config_version: 2 }\n${counted
        .map(
          (name) =>
            `${name}: { index_permissions: [{ index_patterns: [${name}], allowed_actions: [read] }] }`,
        )
        .join("\n")}\n`,
      "roles_mapping.yml": `_meta: { type: rolesmapping, config_version: 2 }\n${counted
        .map((name) => `${name}: { users: [${name}] }`)
        .join("\n")}\n`,
    };
    const cwd = await folder({ ...within("old"), ...within("new", grown) });
    const { out } = await osac(["access", "diff", "old", "new"], { cwd });
    expect(out.split("\n")[0]).toBe("Access from old to new: 43 gains, 1 loss");
    expect(out).toContain("\n  … and 4 more: the same command with --output json lists all\n");
    const { out: json } = await osac(["access", "diff", "old", "new", "--output", "json"], { cwd });
    expect((JSON.parse(json) as { access: unknown[] }).access).toHaveLength(44);
  });

  test("says that nobody's access changes, and exits with 0", async () => {
    const renamed = {
      "roles.yml": roles("logs-*").replace("reader:", "viewer:"),
      "roles_mapping.yml": files["roles_mapping.yml"].replace("reader:", "viewer:"),
    };
    const cwd = await folder({ ...within("old"), ...within("new", renamed) });
    const { code, out } = await osac(["access", "diff", "old", "new"], { cwd });
    expect([code, out.split("\n")[0]]).toEqual([0, "Access from old to new: no access changes"]);
  });

  test("takes users that one side has no file of for none, in either direction", async () => {
    const bob = `_meta: { type: internalusers, config_version: 2 }
bob: { hash: "\${env.HASH}", opendistro_security_roles: [reader] }
`;
    const cwd = await folder({ ...within("old", { "internal_users.yml": bob }), ...within("new") });
    const lines = async (...sides: string[]): Promise<string[]> =>
      (await osac(["access", "diff", ...sides], { cwd })).out.split("\n").slice(0, 2);
    expect(await lines("old", "new")).toEqual([
      "Access from old to new: 1 loss",
      "  user bob loses read on logs-*, e.g. logs-x [internalusers/bob]",
    ]);
    expect(await lines("new", "old")).toEqual([
      "Access from new to old: 1 gain",
      "  user bob gains read on logs-*, e.g. logs-x [old/internal_users.yml:2]",
    ]);
  });

  test("compares nothing if one side has no file of mappings, in either direction", async () => {
    const cwd = await folder({ ...within("old"), "new/roles.yml": files["roles.yml"] });
    for (const sides of [
      ["old", "new"],
      ["new", "old"],
    ]) {
      const { code, out } = await osac(["access", "diff", ...sides], { cwd });
      expect([code, out.split("\n")[1]]).toEqual([
        9,
        "  perhaps: not compared: rolesmapping cannot be read on both sides",
      ]);
    }
  });

  test("reads the files of a git reference, of the directory that is the other side", async () => {
    const cwd = await repository();
    const gained = await osac(["access", "diff", "git:HEAD", "it"], { cwd });
    expect([gained.code, gained.out.split("\n")[1]]).toEqual([
      2,
      "  user ann gains read on * except logs-*, e.g. x [it/roles.yml:2]",
    ]);
    const lost = await osac(["access", "diff", "it", "git:HEAD"], { cwd });
    expect(lost.out).toContain("user ann loses read on * except logs-*, e.g. x [HEAD:it/roles.yml:2]");
    const same = await osac(["access", "diff", "git:HEAD", "git:HEAD", "it"], { cwd });
    expect([same.code, same.out.split("\n")[0]]).toEqual([
      0,
      "Access from git:HEAD to git:HEAD: no access changes",
    ]);
  });

  test.for<[words: string[], message: string]>([
    [["git:nowhere", "it"], "git:nowhere: there is no such commit [unknown-base]"],
    [["git:HEAD", "git:HEAD"], "the directory git:HEAD has none of the files that osac reads"],
    [["nowhere", "it"], "nowhere does not exist"],
    [["it"], "after is missing: second side: a directory, git:REF or live"],
  ])("%j is refused with what is wrong", async ([words, message]) => {
    const { code, err } = await osac(["access", "diff", ...words], { cwd: await repository() });
    expect([code, err]).toEqual([3, expect.stringContaining(message)]);
  });

  test("lists the escalations in JSON as a plan does", async () => {
    const widened = files["roles_mapping.yml"] + "all_access: { users: [eve] }\n";
    const cwd = await folder({ ...within("old"), ...within("new", { "roles_mapping.yml": widened }) });
    const { out } = await osac(["access", "diff", "old", "new", "--output", "json"], { cwd });
    const { escalations } = JSON.parse(out) as { escalations: { word: string; names: string[] }[] };
    expect(escalations).toMatchObject([
      { word: "security-administration", names: ["security-administration/user:eve"] },
    ]);
  });

  test("prints Markdown", async () => {
    const cwd = await folder({ ...within("old"), ...within("new", { "roles.yml": roles("*") }) });
    const { out } = await osac(["access", "diff", "old", "new", "--output", "markdown"], { cwd });
    expect(out).toMatch(
      /^### Access: 1 gain\n\nFrom old to new\n\n```diff\n {2}user ann gains read on \* except logs-\*/,
    );
    expect(out).toContain("computed for OpenSearch 3.4.0");
  });

  test("compares the cluster with files: unmanaged access counts, built-in entities do not", async () => {
    const simulator = await start({
      documents: {
        roles: {
          reader: { index_permissions: [{ index_patterns: ["logs-*"], allowed_actions: ["read"] }] },
          by_hand: { index_permissions: [{ index_patterns: ["secret"], allowed_actions: ["read"] }] },
        },
        rolesmapping: {
          all_access: { reserved: true, backend_roles: ["admin"] },
          reader: { users: ["ann"] },
          by_hand: { users: ["eve"] },
        },
      },
    });
    const cwd = await folder({ ...within("it"), "ca.pem": simulator.caCert });
    const env = {
      OSAC_URL: simulator.url,
      OSAC_CA_CERT: "ca.pem",
      OSAC_USERNAME: "admin",
      OSAC_PASSWORD: "admin",
    };
    const { code, out } = await osac(["access", "diff", "it", "live"], { cwd, env });
    expect(code).toBe(2);
    const [title, ...lines] = out.split("\n\n")[0]!.split("\n");
    expect(title).toBe("Access from it to live: 1 gain");
    expect(lines).toEqual(["  user eve gains read on secret [roles/by_hand, rolesmapping/by_hand]"]);
    const back = await osac(["access", "diff", "live", "it"], { cwd, env });
    expect([back.code, back.out.split("\n\n")[0]!.split("\n")]).toEqual([
      2,
      [
        "Access from live to it: 1 loss",
        "  user eve loses read on secret [roles/by_hand, rolesmapping/by_hand]",
      ],
    ]);
  });
});
