import { describe, expect, test } from "vitest";
import { digestDrift, keepIssue, type Found } from "../../../src/github/issue.ts";
import type { Report } from "../../../src/report/command-result.ts";
import { makeEvent, openMemory, type Memory } from "./memory.ts";

const target = { label: "prod", directory: "security" };
const start = "<!-- osac:drift prod security -->";
const drift = (digest: string): Found => ({ isDrifted: true, digest, markdown: `### Drift ${digest}` });
const none = (note = ""): Found => ({ isDrifted: false, note });

async function keep(github: Memory, run: number, found: Found, labels: readonly string[] = []) {
  return keepIssue(github, makeEvent(run), target, labels, found);
}

const written = (github: Memory): string[] => github.log.filter((line) => !line.startsWith("GET"));

const titled = async (label: string, directory: string): Promise<string> => {
  const github = openMemory();
  await keepIssue(github, makeEvent(1), { label, directory }, [], drift("d"));
  return github.issues[0]!.title!;
};

describe("the issue of a target", () => {
  test("is opened for the first drift, with its labels", async () => {
    const github = openMemory();
    github.labels.push({ name: "Drift" });
    expect(await keep(github, 1, none())).toBeUndefined();
    expect(await keep(github, 2, drift("d1"), ["drift", "ops"])).toBe(1);
    expect(github.issues).toMatchObject([
      {
        title: "Drift: prod, security",
        body: `${start}\n<!-- osac:found d1 2 -->\n### Drift d1`,
        labels: ["drift", "ops"],
        state: "open",
      },
    ]);
    expect(github.labels.map(({ name }) => name)).toEqual(["Drift", "ops"]);
    expect(written(github)).toEqual(["POST /labels", "POST /issues"]);
  });

  test("is opened without labels that cannot be created, and asks for none if it needs none", async () => {
    const github = openMemory();
    github.refuse = /labels/;
    expect(await keep(github, 1, drift("d1"), ["x"])).toBe(1);
    const other = openMemory();
    await keep(other, 1, drift("d1"));
    expect(other.log).toEqual(["GET /issues?state=all", "POST /issues"]);
  });

  test("is silent about the same drift, and comments on another", async () => {
    const github = openMemory();
    await keep(github, 1, drift("d1"));
    expect(await keep(github, 2, drift("d1"))).toBe(1);
    expect(written(github)).toEqual(["POST /issues"]);
    expect(await keep(github, 3, drift("d2"))).toBe(1);
    expect(written(github).slice(1)).toEqual(["PATCH /issues/1", "POST /issues/1/comments"]);
    expect(github.issues[0]!.body).toBe(`${start}\n<!-- osac:found d2 3 -->\n### Drift d2`);
    expect(github.comments.map(({ body }) => body)).toEqual([
      "The drift has changed, as the description has it now: [run](https://run/3).",
    ]);
  });

  test("is closed when the drift is gone, and opened again when it is back", async () => {
    const github = openMemory();
    await keep(github, 1, drift("d1"));
    expect(await keep(github, 2, none("It was reverted."))).toBe(1);
    expect(github.issues[0]).toMatchObject({
      state: "closed",
      state_reason: "completed",
      body: `${start}\n<!-- osac:found cleared 2 -->\n### Drift d1`,
    });
    expect(await keep(github, 3, none())).toBeUndefined();
    expect(await keep(github, 4, drift("d1"))).toBe(1);
    expect(github.issues).toHaveLength(1);
    expect(github.issues[0]).toMatchObject({ state: "open" });
    expect(github.comments.map(({ body }) => body)).toEqual([
      "No drift any more, at commit 0123456789abcdef: [run](https://run/2).\n\nIt was reverted.",
      "There is drift again, as the description has it now: [run](https://run/4).",
    ]);
  });

  test("that a person closed says that the drift is still there", async () => {
    const github = openMemory();
    await keep(github, 1, drift("d1"));
    github.issues[0]!.state = "closed";
    await keep(github, 2, drift("d1"));
    expect(github.comments[0]!.body).toMatch(/^The drift is still there, as /);
  });

  test("has no blank line at the end of a comment without a note", async () => {
    const github = openMemory();
    await keep(github, 1, drift("d1"));
    await keep(github, 2, none());
    expect(github.comments[0]!.body).toBe(
      "No drift any more, at commit 0123456789abcdef: [run](https://run/2).",
    );
  });

  test("is left to a run that started later", async () => {
    const github = openMemory();
    await keep(github, 5, drift("d5"));
    expect(await keep(github, 4, drift("d4"))).toBe(1);
    expect(await keep(github, 4, none())).toBe(1);
    expect(written(github)).toEqual(["POST /issues"]);
    expect(await keep(github, 5, drift("d6"))).toBe(1);
    expect(written(github)).toHaveLength(3);
  });

  test("is an open one before a closed one, and no pull request", async () => {
    const github = openMemory();
    const text = { user: { login: "bot" }, html_url: "", body: `${start}\n` };
    github.issues.push(
      { ...text, id: 50, number: 50, state: "open", pull_request: {} },
      { ...text, id: 51, number: 51, state: "closed" },
      { ...text, id: 52, number: 52, state: "open" },
    );
    expect(await keep(github, 1, drift("d1"))).toBe(52);
    github.issues.splice(2);
    expect(await keep(github, 1, drift("d1"))).toBe(51);
    github.issues.splice(1);
    expect(await keep(github, 1, drift("d1"))).not.toBe(50);
  });

  test("has a title of at most 256 characters, without what a terminal would not print", async () => {
    const most = 256 - "Drift: ".length;
    expect(await titled("", "x".repeat(most))).toBe(`Drift: ${"x".repeat(most)}`);
    expect(await titled("x".repeat(most + 1), "")).toBe(`Drift: ${"x".repeat(most - 1)}…`);
    expect(await titled("a\nb", "")).not.toContain("\n");
  });
});

describe("the digest of drift", () => {
  const change = {
    action: "update",
    kind: "roles",
    name: "a",
    fields: [{ path: ["x"] }],
    cause: "live",
    at: { line: 1 },
  };
  const document = {
    changes: [change],
    skipped: [
      { kind: "roles", name: "s", reason: "r", differs: true },
      { kind: "roles", name: "t", reason: "r", differs: false },
    ],
    unmanaged: [{ kind: "roles", name: "u" }],
    drift: { failOn: ["live"] },
  };
  const digest = (given: object, more?: string): string =>
    digestDrift({ document: { ...document, ...given } } as unknown as Report, more);

  test("is the same for the same findings, wherever they are declared", () => {
    expect(digest({})).toMatch(/^[0-9a-f]{32}$/);
    expect(digest({ changes: [{ ...change, at: { line: 9 } }] })).toBe(digest({}));
    expect(digest({ skipped: [document.skipped[0]] })).toBe(digest({}));
    expect(digest({ unmanaged: [] })).toBe(digest({}));
    expect(digest({}, "")).toBe(digest({}));
  });

  test("differs with every finding that counts", () => {
    const all = [
      {},
      { changes: [] },
      ...["action", "kind", "name", "fields", "cause"].map((field) => ({
        changes: [{ ...change, [field]: "other" }],
      })),
      { skipped: [] },
      ...["kind", "name", "reason"].map((field) => ({
        skipped: [{ ...document.skipped[0], [field]: "other" }],
      })),
      { drift: { failOn: ["unmanaged"] } },
      { drift: { failOn: ["unmanaged"] }, unmanaged: [{ kind: "roles", name: "v" }] },
      { drift: { failOn: ["unmanaged"] }, unmanaged: [{ kind: "tenants", name: "u" }] },
    ];
    const digests = [...all.map((given) => digest(given)), digest({}, "refused")];
    expect(new Set(digests).size).toBe(digests.length);
  });
});
