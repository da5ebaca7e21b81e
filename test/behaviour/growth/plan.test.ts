import { beforeAll, beforeEach, expect, test } from "vitest";
import type { Simulator } from "../../../src/simulator/index.ts";
import { folder } from "../../support/folder.ts";
import { osac } from "../../support/osac.ts";
import { startQuick } from "../../support/simulated-cluster.ts";
import { commit, roles as rolesNamed, repository } from "../../unit/git/repository.ts";
import { expectLinear } from "./linear.ts";

const meta = "_meta: { type: roles, config_version: 2 }\n";
const lines = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join("\n");
const pieces = (count: number, piece: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => piece(index)).join(" ");
const one = { "roles.yml": `${meta}r: {}\n` };
const role = (fields: object = {}): object => ({
  reserved: false,
  hidden: false,
  static: false,
  cluster_permissions: [],
  index_permissions: [],
  tenant_permissions: [],
  ...fields,
});
const makeRoles = (count: number, name: (index: number) => string, fields?: object): string =>
  JSON.stringify(
    Object.fromEntries(Array.from({ length: count }, (_, index) => [name(index), role(fields)])),
  );

interface Family {
  readonly size: number;
  readonly argv?: readonly string[];
  readonly files?: (size: number) => Readonly<Record<string, string>>;
  /** The answer of the server to a request for the roles. */
  readonly answer?: (size: number) => string;
  readonly status?: number;
}

/** Content of files and answers of servers that can grow without end. */
const families: Readonly<Record<string, Family>> = {
  "roles to create": { size: 1_500, files: (n) => ({ "roles.yml": meta + lines(n, (i) => `r${i}: {}`) }) },
  "roles to create, in Markdown": {
    size: 1_000,
    argv: ["--output", "markdown"],
    files: (n) => ({ "roles.yml": meta + lines(n, (i) => `r${i}: { description: d }`) }),
  },
  "roles to update": {
    size: 1_000,
    files: (n) => ({ "roles.yml": meta + lines(n, (i) => `r${i}: { description: new }`) }),
    answer: (n) => makeRoles(n, (i) => `r${i}`),
  },
  "roles to delete": {
    size: 4_000,
    argv: ["--prune", "roles=all", "--max-deletes", "100000", "--max-delete-share", "100%"],
    answer: (n) => makeRoles(n, (i) => `r${i}`),
  },
  "roles of others": { size: 8_000, answer: (n) => makeRoles(n, (i) => `r${i}`) },
  "roles with what is unknown": { size: 4_000, answer: (n) => makeRoles(n, (i) => `r${i}`, { odd: 1 }) },
  "a long name": { size: 2_000_000, answer: (n) => makeRoles(1, () => "n".repeat(n)) },
  "long names": { size: 400, answer: (n) => makeRoles(n, (i) => "n".repeat(5_000) + i) },
  "a long text": {
    size: 1_000_000,
    answer: (n) => makeRoles(1, () => "r", { description: "x".repeat(n) }),
  },
  "a long text to write": {
    size: 400_000,
    files: (n) => ({ "roles.yml": `${meta}r: { description: "${"x ".repeat(n / 2)}" }\n` }),
  },
  "a long text to write, in Markdown": {
    size: 400_000,
    argv: ["--output", "markdown"],
    files: (n) => ({ "roles.yml": `${meta}r: { description: "${"`|<".repeat(n / 3)}" }\n` }),
  },
  "a text of codes": {
    size: 400_000,
    argv: ["--output", "markdown"],
    answer: (n) => makeRoles(1, () => "r", { description: "\u200B\u001B\u0301".repeat(n / 3) }),
  },
  permissions: {
    size: 8_000,
    answer: (n) =>
      makeRoles(1, () => "r", { cluster_permissions: Array.from({ length: n }, (_, i) => `a:${i}`) }),
  },
  "blocks of permissions": {
    size: 800,
    files: (n) => ({
      "roles.yml": `${meta}r: { index_permissions: [${pieces(n, (i) => `{ index_patterns: [a${i}], allowed_actions: [read] },`)}] }\n`,
    }),
    answer: (n) =>
      makeRoles(1, () => "r", {
        index_permissions: Array.from({ length: n }, (_, i) => ({
          index_patterns: [`b${i}`],
          dls: "",
          fls: [],
          masked_fields: [],
          allowed_actions: ["read"],
        })),
      }),
  },
  "stars in what the server has": {
    size: 200_000,
    answer: (n) => makeRoles(1, () => "*a".repeat(n / 2), { cluster_permissions: ["*a".repeat(n / 2)] }),
  },
  "openings in a refusal": {
    size: 1_000_000,
    status: 409,
    answer: (n) => JSON.stringify({ message: "{a=".repeat(n / 3) }),
  },
  "openings of lists in a refusal": {
    size: 1_000_000,
    status: 409,
    answer: (n) => JSON.stringify({ message: "[ ".repeat(n / 2) }),
  },
  "blanks in a refusal": {
    size: 1_000_000,
    status: 409,
    answer: (n) => JSON.stringify({ message: `{${" ".repeat(n)}` }),
  },
  "backslashes in a refusal": {
    size: 1_000_000,
    status: 409,
    answer: (n) => JSON.stringify({ message: `{${"\\".repeat(n)}` }),
  },
  "braces in a refusal": { size: 1_000_000, status: 409, answer: (n) => "{".repeat(n) },
  "words in a refusal": { size: 1_000_000, status: 409, answer: (n) => `{${"a.".repeat(n / 2)}` },
  "details of a refusal": {
    size: 16_000,
    status: 409,
    answer: (n) => JSON.stringify(Object.fromEntries(Array.from({ length: n }, (_, i) => [`k${i}`, "v"]))),
  },
  "blanks in a page": { size: 1_000_000, status: 403, answer: (n) => " ".repeat(n) },
  "rules of what is ignored": {
    size: 800,
    files: (n) => ({
      ...one,
      "osac.yml": `ignore:\n${lines(n, (i) => `  - { kind: roles, name: "*x${i}", reason: r }`)}\n`,
    }),
    answer: () => makeRoles(100, (i) => `r${i}`),
  },
  "entities that their file refuses": {
    size: 8_000,
    files: (n) => ({
      "roles.yml": JSON.stringify({
        _meta: { type: "roles", config_version: 2 },
        ...Object.fromEntries(Array.from({ length: n }, (_, i) => [`r${i}`, { no_such_field: 1 }])),
      }),
    }),
  },
  "entities that rules of what is ignored name": {
    size: 8_000,
    files: (n) => ({
      ...one,
      "osac.yml": `ignore:\n${lines(n, (i) => `  - { kind: roles, name: r${i}, reason: r }`)}\n`,
    }),
    answer: (n) => makeRoles(n, (i) => `r${i}`),
  },
  "stars in a rule of what is ignored": {
    size: 20_000,
    files: (n) => ({
      ...one,
      "osac.yml": `ignore: [{ kind: roles, name: "${"*a".repeat(n / 2)}b", reason: r }]\n`,
    }),
    answer: (n) => makeRoles(20, (i) => "a".repeat(n / 20) + i),
  },
  "lookaheads in the pattern of a role": {
    size: 40,
    files: (n) => ({
      "roles.yml": `${meta}r: { index_permissions: [{ index_patterns: ["/${"(?=.*".repeat(n)}x${")".repeat(n)}.*/"], allowed_actions: [read] }] }\n`,
      "roles_mapping.yml": "_meta: { type: rolesmapping, config_version: 2 }\nr: { users: [ann] }\n",
    }),
  },
  "what may be pruned": {
    size: 400,
    files: (n) => ({
      ...one,
      "osac.yml": `prune: { roles: { mode: all, include: [${pieces(n, (i) => `"*x${i}",`)}] } }\n`,
    }),
    answer: () => makeRoles(1_000, (i) => `r${i}`),
  },
};

let server: Simulator;
beforeAll(async () => {
  server = await startQuick({ tls: false });
  server.fail(roles);
});

/** Replaces the server's answer about roles, unless the answer is undefined. */
const roles: { status?: number; body?: string; readonly when: (request: { path: string }) => boolean } = {
  when: ({ path }) => roles.body !== undefined && path.endsWith("/api/roles"),
};
beforeEach(() => void delete roles.body);

/** Runs a plan. It ends without a crash. */
async function plan(cwd: string, argv: readonly string[]): Promise<void> {
  const env = { OSAC_URL: server.url, OSAC_USERNAME: "admin", OSAC_PASSWORD: "admin" };
  const { code, err } = await osac(["plan", ...argv], { cwd, env });
  expect([0, 2, 3, 5, 7], err.slice(0, 1000)).toContain(code);
}

test.each(Object.entries(families))("plan grows as what it reads: %s", async (_, family) => {
  const { size, argv = [], files = () => one, answer, status = 200 } = family;
  await expectLinear(size, async (n) => {
    const [cwd, body] = [await folder(files(n)), answer?.(n)];
    return async () => {
      Object.assign(roles, { status, body });
      await plan(cwd, argv);
    };
  });
});

test("what history declared is found as fast as history is long", async () => {
  Object.assign(roles, { status: 200, body: makeRoles(2, (index) => ["old", "kept"][index]!) });
  await expectLinear(2_000_000, async (n) => {
    const cwd = await repository();
    const odd = `# ${" ".repeat(n / 2)}x\n${"\"' : ".repeat(n / 10)}: x\n`;
    await commit(cwd, { "roles.yml": `${rolesNamed("old", "kept")}${odd}` });
    await commit(cwd, { "roles.yml": rolesNamed("kept") });
    return async () => plan(cwd, ["--prune", "roles=removed"]);
  });
});
