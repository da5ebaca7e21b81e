import { expect, test } from "vitest";
import {
  fleetTableMarkdown,
  fleetText,
  makeFleetDocument,
  notStartedMarkdown,
} from "../../../../src/report/fleet/table.ts";
import {
  findWorstReason,
  makeTargetRow,
  sortTargetRows,
  type TargetDocument,
  type TargetRow,
} from "../../../../src/report/fleet/target-row.ts";

const theme = { isColoured: false, width: 80 };

const makeRow = (target: string, document?: Partial<TargetDocument>, group?: string): TargetRow =>
  makeTargetRow(
    { name: target, group },
    document && { command: "plan", exitCode: 0, changes: [], findings: [], ...document },
    document ? 1.24 : null,
  );

const failed = { severity: "error", code: "unreachable", message: "connection refused" } as const;

const rows = [
  makeRow("eu-1", {}, "production"),
  makeRow("eu-2", { changes: [{ action: "create" }, { action: "update" }] }, "production"),
  makeRow("eu-3", { exitCode: 7, findings: [failed] }, "production"),
  makeRow("us-1", undefined, "production"),
  makeRow("canary", { changes: [{ action: "delete", destructive: "deletion" }] }, "canary"),
];

test("the table has one line a target, the worst first, and counts at the end", () => {
  expect(fleetText(rows, theme)).toMatchInlineSnapshot(`
    "target  group       result       +  ~  -  destructive   time  first error
    eu-3    production  unreachable  0  0  0            0  1.2 s  connection refused [unreachable]
    us-1    production  not started
    canary  canary      changes      0  0  1            1  1.2 s
    eu-2    production  changes      1  1  0            0  1.2 s
    eu-1    production  clean        0  0  0            0  1.2 s

    5 targets: 1 unreachable, 1 not started, 2 with changes, 1 clean
    "
  `);
});

test("a column without content is left out", () => {
  const [head] = fleetText([makeRow("a", { changes: undefined })], theme).split("\n");
  expect(head).toBe("target  result   time");
});

test("Markdown has the same table, and no name or message can leave its cell", () => {
  const evil = makeRow("eu-1", {
    exitCode: 3,
    findings: [{ ...failed, message: "a|b\n| @team </details> `x`" }],
  });
  expect(fleetTableMarkdown([evil]).split("\n")).toHaveLength(4);
  expect(fleetTableMarkdown([evil])).toContain(String.raw`a\|b\u000a\| @team </details>`);
});

test("a sentence says what was not started, and after what of another group", () => {
  const waiting = [makeRow("eu-1", undefined, "production"), makeRow("eu-2", undefined, "production")];
  const message = "after the apply, a new plan of the target has 1 change";
  const findings = [{ severity: "error", code: "not-empty-again", message }] as const;
  const canary = makeRow("canary", { exitCode: 6, findings }, "canary");
  expect(notStartedMarkdown([canary, ...waiting])).toBe(
    `**Not started: eu-1, eu-2.** Before that, canary failed: ${message}.\n\n`,
  );
  expect(notStartedMarkdown(waiting)).toBe("**Not started: eu-1, eu-2.**\n\n");
  expect(notStartedMarkdown([makeRow("eu-3", { exitCode: 7 }, "production"), ...waiting])).toBe(
    "**Not started: eu-1, eu-2.**\n\n",
  );
  expect(notStartedMarkdown([canary])).toBe("");
});

test.for([
  ["clean", { exitCode: 0 }],
  ["changes", { exitCode: 0, changes: [{ action: "create" }] }],
  ["changes", { exitCode: 2 }],
  ["applied", { command: "apply", exitCode: 0, changes: [{ action: "create", result: "done" }] }],
  ["refused", { exitCode: 4 }],
  ["refused", { exitCode: 5 }],
  ["refused", { command: "apply", exitCode: 8, changes: [{ action: "update" }] }],
  ["failed", { command: "apply", exitCode: 8, changes: [{ action: "update", result: "failed" }] }],
  ["failed", { exitCode: 1 }],
  ["failed", { exitCode: 3 }],
  ["failed", { command: "apply", exitCode: 6, changes: [{ action: "update", result: "failed" }] }],
  ["failed", { exitCode: 143 }],
  ["unreachable", { exitCode: 7 }],
] as const)("%s: %j", ([result, document]) => {
  expect(makeRow("a", document).result).toBe(result);
});

const reasonFor = (...codes: readonly number[]): string =>
  findWorstReason(codes.map((exitCode) => makeRow("a", { exitCode })));

test("the exit reason is the worst of the targets", () => {
  expect(reasonFor()).toBe("done");
  expect(reasonFor(0, 2, 0)).toBe("changes");
  expect(reasonFor(2, 7, 3)).toBe("input");
  expect(reasonFor(3, 5, 6)).toBe("partial");
  expect(reasonFor(6, 8, 1)).toBe("lockout");
  expect(reasonFor(143, 5)).toBe("interrupted");
});

test("a target that was not started never makes a good run, and hides no failure", () => {
  expect(findWorstReason([makeRow("a", {}), makeRow("b")])).toBe("partial");
  expect(findWorstReason([makeRow("a", { exitCode: 5 }), makeRow("b")])).toBe("guard");
});

test("targets of one result stand by what they destroy, then by name", () => {
  const destroying = { changes: [{ action: "delete" }] } as const;
  const named = [makeRow("b", { exitCode: 2 }), makeRow("c", destroying), makeRow("a", { exitCode: 2 })];
  expect(sortTargetRows(named).map(({ target }) => target)).toEqual(["c", "a", "b"]);
});

test("the document counts the targets of each result", () => {
  const { summary, exitCode, targets } = makeFleetDocument("plan", rows);
  expect(exitCode).toBe(7);
  expect(summary).toEqual({ targets: 5, unreachable: 1, "not started": 1, changes: 2, clean: 1 });
  expect(targets[0]).toEqual({
    target: "eu-3",
    group: "production",
    result: "unreachable",
    exitCode: 7,
    changes: { create: 0, update: 0, delete: 0, destructive: 0 },
    seconds: 1.24,
    error: { code: "unreachable", message: "connection refused" },
  });
});
