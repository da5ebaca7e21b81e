import { describe, expect, test } from "vitest";
import type { Plan, ProtectiveSetting } from "../../../src/model/plan.ts";
import { datedCertificates, expiryFindings } from "../../../src/report/certificate-expiry.ts";
import { countsText, namesText, unmanagedText } from "../../../src/report/lists-text.ts";
import { outcomesText } from "../../../src/report/outcome-text.ts";
import { planIdMarkdown, planIdText } from "../../../src/report/plan-id.ts";
import {
  protectionBlock,
  protectionText,
  targetChangesMarkdown,
  targetChangesText,
  weakeningBlock,
  weakeningFindings,
  weakeningText,
} from "../../../src/report/protective-settings.ts";
import { applyStyle, fitLines, makeTheme, measureWidth } from "../../../src/report/theme.ts";
import { makeLive, makePlanned } from "../plan/planned.ts";
import { kinds } from "../../../src/kinds/index.ts";

const plain = { isColoured: false, width: 80 };
const empty = makePlanned(kinds.tenants, {}, makeLive(kinds.tenants, {}));
const changed = makePlanned(kinds.tenants, { a: {}, b: {} }, makeLive(kinds.tenants, {}));

const certificate = (subject: string, notAfter: string) => ({
  subject,
  issuer: "CN=ca",
  notAfter,
  nodes: [],
  uses: ["http"],
});

const toApply = (digits: string) => ["my files", "--expect-plan", digits];

const change = (action: "create" | "update" | "delete", name: string) =>
  ({ ...changed.changes[0]!, action, name }) as (typeof changed.changes)[number];

const note = (kind: "roles" | "tenants" | "internalusers", name: string, reason = "reserved") => ({
  kind,
  name,
  reason,
});

const titles = (notCompared: Plan["notCompared"], tried = false, cluster = {}) =>
  countsText({ ...empty, notCompared, cluster: { ...empty.cluster, ...cluster } }, plain, tried);

const withSettings = (settings: Partial<NonNullable<Plan["settings"]>>): Plan => ({
  ...empty,
  settings: { protective: [], bound: {}, changes: [], ...settings },
});

const title = (count: string) =>
  `warning: this pull request weakens or changes protective settings (${count}, in force after the merge)`;

const many = (count: number) =>
  withSettings({
    changes: Array.from({ length: count }, (_, index) => ({ name: `s${index}`, after: 1 })),
  });

const text = (count: number) => weakeningText(many(count), plain).split("\n").slice(1, -1);

describe("certificates", () => {
  const now = new Date("2026-01-01T12:00:00Z");
  const dated = datedCertificates(
    {
      certificates: [
        certificate("CN=later", "2026-01-31T12:00:00Z"),
        certificate("CN=almost", "2026-01-31T11:59:59Z"),
        certificate("CN=tomorrow", "2026-01-02T12:00:00Z"),
        certificate("CN=today", "2026-01-01T12:00:00Z"),
        certificate("CN=past", "2026-01-01T11:59:59Z"),
      ],
    },
    now,
  );

  test("have the whole days left, the first to expire first", () => {
    expect(dated.map(({ subject, days }) => [subject, days])).toEqual([
      ["CN=past", -1],
      ["CN=today", 0],
      ["CN=tomorrow", 1],
      ["CN=almost", 29],
      ["CN=later", 30],
    ]);
  });

  test("certificates with fewer days than the limit are warned of; those that expired are errors", () => {
    const found = expiryFindings(dated, 30);
    expect(found.map(({ code, severity, message }) => [code, severity, message])).toEqual([
      ["certificate-expired", "error", "the certificate CN=past expired on 2026-01-01"],
      ["certificate-expiring", "warning", "the certificate CN=today expires in 0 days, on 2026-01-01"],
      ["certificate-expiring", "warning", "the certificate CN=tomorrow expires in 1 day, on 2026-01-02"],
      ["certificate-expiring", "warning", "the certificate CN=almost expires in 29 days, on 2026-01-31"],
    ]);
    expect(new Set(found.map(({ hint }) => hint))).toEqual(
      new Set(["renew it; each node can load new ones without a restart: osac certificates reload"]),
    );
  });
});

describe("the id of a plan", () => {
  const id = "0123456789abcdef".repeat(4);
  const saved = { file: "p\u200blan.json", expiresAt: "2026-01-02T03:04:05.678Z" };
  const short = id.slice(0, 32);

  test("is shown with its first digits and the command", () => {
    expect(planIdText({ ...changed, id }, plain, { toApply })).toBe(
      `Plan id ${short}\nTo apply exactly this: osac apply 'my files' --expect-plan ${short}\n`,
    );
    expect(planIdText({ ...changed, id }, plain, {})).toBe(`Plan id ${short}\n`);
  });

  test("is shown with the file that it was saved in, changes or none", () => {
    const where = ", saved in p\\u200blan.json, valid until 2026-01-02 03:04 UTC";
    expect(planIdText({ ...empty, id }, plain, { saved, toApply })).toBe(`Plan id ${short}${where}\n`);
    expect(planIdMarkdown({ ...empty, id }, { saved, toApply })).toBe(`\nPlan id \`${id}\`${where}\n`);
  });

  test("is whole in Markdown", () => {
    expect(planIdMarkdown({ ...changed, id }, { toApply })).toBe(
      `\nPlan id \`${id}\`, to apply exactly this:\n\n    osac apply 'my files' --expect-plan ${id}\n`,
    );
    expect(planIdMarkdown({ ...changed, id }, {})).toBe(`\nPlan id \`${id}\`\n`);
  });

  test("is not shown if there is nothing to apply, or if it is not known", () => {
    const { id: _, ...unknown } = changed;
    for (const plan of [{ ...empty, id }, unknown]) {
      expect(planIdText(plan, plain, { toApply })).toBe("");
      expect(planIdMarkdown(plan, { toApply })).toBe("");
    }
  });
});

describe("the result of an apply", () => {
  const done = (["create", "create", "update", "delete"] as const).map(
    (action) => ({ change: change(action, "x"), result: "done" }) as const,
  );

  test("is one line if everything was written", () => {
    const all = { outcomes: done, findings: [] };
    expect(outcomesText("apply", all, 1.25, plain)).toBe(
      "Applied: 2 created, 1 updated, 1 deleted, verified in 1.3 s\n",
    );
    expect(outcomesText("rollback", { outcomes: [], findings: [] }, 0, plain)).toBe(
      "Rolled back: 0 created, 0 updated, 0 deleted, verified in 0.0 s\n",
    );
  });

  test("is not said to be verified if something is to be said", () => {
    const findings = weakeningFindings([{ name: "a" }]);
    expect(outcomesText("apply", { outcomes: done, findings }, 2, plain)).toBe(
      "Applied: 2 created, 1 updated, 1 deleted, not verified in 2.0 s\n",
    );
  });

  test("names each entity if one was not written", () => {
    const outcomes = [
      { change: change("create", "a"), result: "done" },
      { change: change("update", "b c"), result: "failed" },
      { change: change("delete", "d"), result: "not-tried" },
    ] as const;
    expect(outcomesText("rollback", { outcomes, findings: [] }, 2, plain)).toBe(
      [
        "  done      create tenants/a",
        "  failed    update tenants/b c",
        "  not tried delete tenants/d",
        "Rolled back in part: 1 created, 0 updated, 0 deleted, 2 changes not made in 2.0 s",
        "",
      ].join("\n"),
    );
    const coloured = outcomesText("apply", { outcomes, findings: [] }, 2, { ...plain, isColoured: true });
    expect(coloured.replaceAll("\x1B[", "<").match(/<3[1-3]m[a-zA-Z ]+:?/g)).toEqual([
      "<32mdone     ",
      "<31mfailed   ",
      "<33mnot tried",
      "<31mApplied in part:",
    ]);
  });
});

describe("entities that are not changed", () => {
  const unmanaged = [
    { ...note("roles", "a", "in the cluster alone"), grants: "read on logs-*" },
    note("tenants", "t", "in the cluster alone"),
    { ...note("roles", "a-name-that-takes-all-the-room", "in the cluster alone"), grants: "all" },
  ];
  const plan: Plan = {
    ...empty,
    unmanaged,
    skipped: [
      { ...note("roles", "r"), differs: true },
      { ...note("roles", "r", "another field"), differs: true },
      note("roles", "s"),
      note("tenants", "t"),
    ],
    ignored: [note("roles", "i", "somebody else's")],
    notCompared: [],
  };

  test("are counted by reason and resource type", () => {
    expect(countsText(plan, { ...plain, width: 110 })).toBe(
      [
        "unmanaged: 3 entities exist in the cluster but not in these files (left alone; -v lists them)",
        "skipped: 2 roles, 1 tenant (built-in; 2 differ from the files; -v lists them) · ignored: 1 role",
        "",
      ].join("\n"),
    );
    const one = { ...plan, unmanaged: unmanaged.slice(1, 2), skipped: plan.skipped.slice(1, 2) };
    expect(countsText(one, { ...plain, width: 40 })).toBe(
      [
        "unmanaged: 1 entity exists in the cluster but not in these files (left alone; -v lists it)",
        "skipped: 1 role (built-in; 1 differs from the files; -v lists them)",
        "ignored: 1 role",
        "",
      ].join("\n"),
    );
    expect(countsText(empty, plain)).toBe("");
  });

  test("fit in one line to the last column", () => {
    const two = { ...empty, skipped: [note("roles", "r")], ignored: [note("roles", "i")] };
    const line = "skipped: 1 role (built-in) · ignored: 1 role";
    expect(countsText(two, { ...plain, width: line.length })).toBe(`${line}\n`);
    expect(countsText(two, { ...plain, width: line.length - 1 })).toBe(`${line.replace(" · ", "\n")}\n`);
  });

  test("are listed by name with what they grant", () => {
    expect(namesText(plan, plain)).toBe(
      [
        "unmanaged: in the cluster, but not in these files",
        "  roles/a (in the cluster alone): read on logs-*",
        "  tenants/t (in the cluster alone)",
        "  roles/a-name-that-takes-all-the-room (in the cluster alone): all",
        "skipped (built-in; 2 differ from the files)",
        "  roles/r (reserved, differs from the files)",
        "  roles/r (another field, differs from the files)",
        "  roles/s (reserved)",
        "  tenants/t (reserved)",
        "ignored",
        "  roles/i (somebody else's)",
        "",
      ].join("\n"),
    );
    expect(unmanagedText(plan, plain)).toBe(
      [
        "unmanaged: in the cluster, but not in these files",
        `  ${"roles/a".padEnd(36)}  read on logs-*`,
        "  tenants/t",
        "  roles/a-name-that-takes-all-the-room  all",
        "",
      ].join("\n"),
    );
    expect([namesText(empty, plain), unmanagedText(empty, plain)]).toEqual(["", ""]);
  });

  test("are said with how to compare their secrets, and how to write them", () => {
    const user = (name: string) => note("internalusers", name, "hash");
    const secret = note("tenants", "t", "a.b");

    expect(titles([user("ann")])).toBe(
      [
        "not compared: 1 password (ann)",
        "  to compare: pass --verify-passwords, or log in with the admin certificate",
        "  to write it: pass --set-password ann",
        "",
      ].join("\n"),
    );
    expect(titles([user("a"), user("b")], true)).toBe(
      [
        "not compared: 2 passwords (a, b)",
        "  to compare: set the variables that the files name for them, or log in with the admin certificate",
        "  to write one: pass --set-password NAME",
        "",
      ].join("\n"),
    );
    expect(titles([user("a")], false, { adminDn: "CN=admin" })).toContain(
      "  to compare: set the variables that the files name for them\n",
    );
    expect(titles([secret])).toBe(
      "not compared: 1 secret (tenants/t/a/b)\n  to write it: pass --set-secret tenants/t/a/b\n",
    );
    expect(titles([secret, { kind: "config", name: "config", reason: "dynamic.x" }])).toBe(
      "not compared: 2 secrets (tenants/t/a/b, config/dynamic/x)\n  to write one: pass --set-secret PATH\n",
    );
  });
});

describe("protective settings", () => {
  const at = { file: "osac.yml", line: 3, column: 1 };
  const changes = [
    { name: "guards.max_deletes", before: 5, after: 50, at },
    { name: "prune", after: { roles: "all", tenants: ["a", "b"] }, at },
    { name: "drift.fail_on", before: ["live", "files"] },
    { name: "strict", before: true, after: null },
  ];
  const lines = [
    "guards.max_deletes: 5 → 50 (osac.yml:3)",
    "prune: + roles all, tenants a, b (osac.yml:3)",
    "drift.fail_on: - live, files",
    "strict: true → null",
  ];

  test("that a pull request changes are shown before and after, with their place", () => {
    expect(weakeningText(withSettings({ changes }), plain)).toBe(
      `${title("4 settings")}\n${lines.map((line) => `  ${line}\n`).join("")}`,
    );
    expect(weakeningBlock(withSettings({ changes }))).toEqual([
      {
        title: title("4 settings"),
        language: "diff",
        items: lines.map((line) => `! ${line}\n`),
        part: "danger",
      },
    ]);
    expect(weakeningFindings(changes.slice(0, 1))).toEqual([
      expect.objectContaining({
        code: "weakened-setting",
        message: `this pull request weakens or changes ${lines[0]}`,
        hint: "review it as a change of its own; it takes effect after the merge",
        at,
      }),
    ]);
  });

  test("protective settings are shown with their place", () => {
    const protective: ProtectiveSetting[] = [
      { name: "strict", value: true, at },
      { name: "allow_lockout_risk", value: "x", from: "--allow-lockout-risk" },
    ];
    const shown = ["strict true (osac.yml:3)", "allow_lockout_risk x (--allow-lockout-risk)"];
    expect(protectionText(withSettings({ protective }))).toBe(
      `Protective settings:\n${shown.map((line) => `  ${line}\n`).join("")}`,
    );
    expect(protectionText(withSettings({ protective: protective.slice(0, 1) }))).toBe(
      `Protective settings: ${shown[0]}\n`,
    );
    expect(protectionBlock(withSettings({ protective }))).toEqual([
      {
        title: "Protective settings",
        language: "text",
        items: shown.map((line) => `${line}\n`),
        part: "list",
      },
    ]);
  });

  test("an ignored entity is shown by its address and its reason", () => {
    const value = { kind: "roles", name: "team-a", reason: "made by hand" };
    expect(protectionText(withSettings({ protective: [{ name: "ignore", value, at }] }))).toBe(
      "Protective settings: ignore roles/team-a: made by hand (osac.yml:3)\n",
    );
  });

  test("changes of protective settings are listed up to forty", () => {
    expect(text(40)).toHaveLength(40);
    expect(text(40).at(-1)).toBe("  s39: + 1");
    expect(text(42)).toHaveLength(41);
    expect(text(42).slice(-2)).toEqual([
      "  s39: + 1",
      "  … and 2 more: the same command with --output json lists all",
    ]);
  });

  test.for([
    [40, 39],
    [41, 0],
  ] as const)("of %d changes, the one of a rare setting stands at %d", ([count, place]) => {
    const changes = Array.from({ length: count }, (_, index) => ({
      name: index === count - 1 ? "rare" : "usual",
      after: 1,
    }));
    const lines = weakeningText(withSettings({ changes }), plain).split("\n").slice(1);
    expect(lines.indexOf("  rare: + 1")).toBe(place);
  });

  const targetsTitle =
    "warning: this pull request changes targets or their settings (in force after the merge; no run logs in to a new address before)";

  test("of targets are shown before and after, in a text and in Markdown", () => {
    const targets = [
      { name: "targets.a", before: "https://a", after: "https://b`c", at },
      { name: "targets.b", before: "https://b" },
      { name: "targets.c", after: "https://c", at },
    ];
    const shown = [
      "targets.a: https://a → https://b`c (osac.yml:3)",
      "targets.b: - https://b",
      "targets.c: + https://c (osac.yml:3)",
    ];
    expect(targetChangesText(targets, plain)).toBe(
      `${targetsTitle}\n${shown.map((line) => `  ${line}\n`).join("")}\n`,
    );
    expect(targetChangesMarkdown(targets)).toBe(
      `**${targetsTitle}**\n\n\`\`\`diff\n${shown.map((line) => `! ${line}\n`).join("")}\`\`\`\n\n`,
    );
    expect([targetChangesText([], plain), targetChangesMarkdown([])]).toEqual(["", ""]);
  });

  test("of targets in Markdown stay within their room, and say how many are left out", () => {
    const changes = Array.from({ length: 60 }, (_, index) => ({
      name: `targets.${"t".repeat(1000)}.labels.${"l".repeat(1000)}${index}`,
      before: "o".repeat(1000),
      after: "n".repeat(1000),
    }));
    for (const limit of [16_000, 5000]) {
      const text = targetChangesMarkdown(changes, limit);
      expect(text.length).toBeLessThan(limit + 500);
      expect(text.length).toBeGreaterThan(limit - 1500);
      const shown = text.match(/^! targets/gm)!.length;
      expect(text).toMatch(new RegExp(`^… and ${60 - shown} more: .*\n\`\`\`$`, "m"));
    }
    expect(targetChangesMarkdown(changes, 0).match(/^! targets/gm)).toHaveLength(1);
    expect(targetChangesMarkdown(changes)).toContain("… and 20 more");
  });

  test("that there are none of, show nothing", () => {
    for (const plan of [empty, withSettings({})]) {
      expect([weakeningText(plan, plain), protectionText(plan)]).toEqual(["", ""]);
      expect([...weakeningBlock(plan), ...protectionBlock(plan)]).toEqual([]);
    }
  });
});

describe("the look", () => {
  test.for<[isTerminal: boolean, env: Record<string, string>, isColoured: boolean]>([
    [true, {}, true],
    [false, {}, false],
    [true, { NO_COLOR: "1" }, false],
    [true, { NO_COLOR: "" }, true],
    [true, { TERM: "dumb" }, false],
    [true, { TERM: "xterm" }, true],
    [false, { FORCE_COLOR: "1", NO_COLOR: "1" }, true],
    [false, { FORCE_COLOR: "" }, false],
    [true, { FORCE_COLOR: "0" }, false],
    [true, { FORCE_COLOR: "false" }, false],
  ])("on a terminal: %j with %j is coloured: %j", ([isTerminal, env, isColoured]) => {
    expect(makeTheme({ isTerminal, columns: 72 }, env)).toEqual({ isColoured, width: 72 });
  });

  test("has the width of the terminal, or one that suits logs", () => {
    expect(makeTheme({ isTerminal: false }, {}).width).toBe(110);
    expect(makeTheme({ isTerminal: true, columns: 0 }, {}).width).toBe(110);
  });

  test("has styles on a coloured theme alone", () => {
    expect(applyStyle(plain, "red", "x")).toBe("x");
    expect(applyStyle({ ...plain, isColoured: true }, "red", "x")).toBe("\x1B[31mx\x1B[39m");
    expect(measureWidth(["a", "abc", "ab"])).toBe(3);
    expect(measureWidth([])).toBe(0);
  });

  test("breaks lines between words, below the last column of the left half", () => {
    expect(fitLines("one two three", 13)).toBe("one two three");
    expect(fitLines("one two three", 12)).toBe("one two\n  three");
    expect(fitLines("  one two three", 12)).toBe("  one two\n    three");
    expect(fitLines("12. one two three", 14)).toBe("12. one two\n    three");
    expect(fitLines("ab  one two three", 14)).toBe("ab  one two\n    three");
    expect(fitLines("abcdefg  one two three", 14)).toBe("abcdefg  one\n  two three");
    expect(fitLines("abcdefghijklmnop", 5)).toBe("abcdefghijklmnop");
    expect(fitLines("\x1B[31mone two\x1B[39m three", 13)).toBe("\x1B[31mone two\x1B[39m three");
    expect(fitLines("one two three four five six", 9)).toBe("one two\n  three\n  four\n  five\n  six");
  });

  test("keeps a command whole, so that it can be copied", () => {
    expect(fitLines("To apply exactly this: osac apply --expect-plan 0123", 20)).toBe(
      "To apply exactly this:\n  osac apply --expect-plan 0123",
    );
  });
});
