import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const run = promisify(execFile);
const script = join(import.meta.dirname, "access-difference.mjs");

interface Taken {
  readonly seconds: number;
  readonly milliseconds: number;
  readonly megabytes: number;
  readonly effects: number;
  readonly perhaps: number;
}

/** As many roles, mappings and users; percent of patterns like `*x*`; what changes. */
const cases = [1_000, 4_000].flatMap((size) =>
  ["20 roles", "every role", "a group of every role"].flatMap((changed) =>
    [0, 10].map((wide) => ({ size, changed, wide })),
  ),
);

test("the difference of access", { timeout: 600_000 }, async () => {
  const first = new Map<string, number>();
  const rows: (readonly (string | number)[])[] = [];
  for (const { size, changed, wide } of cases) {
    const taken = await measureDifference([`${size}`, `${wide}`, changed]);
    const key = `${changed} ${wide}`;
    if (!first.has(key)) first.set(key, taken.seconds);
    rows.push([
      size,
      `${wide} %`,
      changed,
      `${taken.seconds.toFixed(2)} s`,
      `${(taken.seconds / first.get(key)!).toFixed(1)} ×`,
      taken.effects,
      taken.perhaps,
      `${taken.milliseconds.toFixed(2)} ms`,
      `${Math.round(taken.megabytes)} MB`,
    ]);
  }
  console.log(`\n${formatTable(rows)}\n`);
  expect(rows).toHaveLength(cases.length);
});

async function measureDifference(argv: readonly string[]): Promise<Taken> {
  const { stdout } = await run(process.execPath, [script, ...argv]);
  return JSON.parse(stdout) as Taken;
}

function formatTable(rows: readonly (readonly (string | number)[])[]): string {
  const head = [
    "of each",
    "like *x*",
    "changed",
    "time",
    "ratio",
    "effects",
    "perhaps",
    "one can",
    "peak memory",
  ];
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
