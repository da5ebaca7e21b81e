import { describe, expect, test } from "vitest";
import type { PlanDocument } from "../../../src/report/plan-json.ts";
import { crowd, documents, files } from "./everything.ts";
import { quick, slow, type Mishap } from "./faults.ts";
import {
  apply,
  arrange,
  expected,
  leftUndone,
  logPath,
  rehearse,
  resultText,
  untruths,
  type Rehearsed,
  type Special,
} from "./run.ts";

/** Runs a plan with a fault in the write of this number, and lists the errors of its report. */
async function wrongs(
  rehearsed: Rehearsed,
  write: number,
  mishap: Mishap,
  { onMet, ...special }: Special & { readonly onMet?: () => void } = {},
): Promise<string[]> {
  const [simulator, log] = [await rehearsed.start(), await logPath()];
  const end = arrange(simulator, rehearsed, write, mishap, onMet);
  const args = ["--output", "json", "--audit-log", log, ...(special.args ?? [])];
  const ran = await apply(simulator, rehearsed.path, { ...special, args });
  end();
  const { changes } = JSON.parse(ran.out) as PlanDocument;
  const wanted = expected(rehearsed, changes, write, mishap.end);
  const others = changes.map(resultText).filter((text) => !wanted.includes(text));
  const found = [...others, ...(await untruths(simulator, rehearsed, ran, log))];
  return found.map((text) => `write ${write}: ${text}`);
}

const everyWrite = ({ writes }: Rehearsed): number[] => [...writes.keys()];

test("the plan of these tests writes every kind, up and down", async () => {
  const { writes } = await rehearse(files, documents);
  const named = ["tenants", "actiongroups", "roles", "rolesmapping", "internalusers"];
  expect(writes).toEqual([
    ...named,
    "config",
    "audit",
    "nodesdn",
    "allowlist",
    "nodesdn",
    ...named.toReversed(),
  ]);
});

describe(
  "at whichever write, the report is what is stored, and the next run makes up for it",
  { timeout: 180_000 },
  () => {
    test.for(Object.entries(quick))("%s", async ([, mishap]) => {
      const rehearsed = await rehearse(files, documents);
      const all = await Promise.all(everyWrite(rehearsed).map((write) => wrongs(rehearsed, write, mishap)));
      expect(all.flat()).toEqual([]);
    });

    test("the answer is waited for, and looked for", async () => {
      const rehearsed = await rehearse(files, documents);
      const all: Promise<string[]>[] = [];
      for (const mishap of Object.values(slow))
        for (const write of everyWrite(rehearsed)) {
          // The runs start one after the other, so that only the fault takes long.
          await new Promise<void>((onMet) => {
            const args = ["--timeout", "1"];
            const found = wrongs(rehearsed, write, mishap, { args, onMet });
            void found.finally(onMet);
            all.push(found);
          });
        }
      expect((await Promise.all(all)).flat()).toEqual([]);
    });

    test("--keep-going goes on with what has nothing to do with it", async () => {
      const rehearsed = await rehearse(files, documents);
      const mishap = quick["500, not written"]!;
      const all = everyWrite(rehearsed).map(async (write) => {
        const [simulator, log] = [await rehearsed.start(), await logPath()];
        const end = arrange(simulator, rehearsed, write, mishap);
        const args = ["--output", "json", "--audit-log", log, "--keep-going"];
        const ran = await apply(simulator, rehearsed.path, { args });
        end();
        const { changes } = JSON.parse(ran.out) as PlanDocument;
        const audit = changes.find(({ kind }) => kind === "audit")!;
        expect(audit.result).toBe(rehearsed.writes[write] === "audit" ? "failed" : "done");
        return untruths(simulator, rehearsed, ran, log);
      });
      expect((await Promise.all(all)).flat()).toEqual([]);
    });

    test("an interruption at any write leaves a true report", async () => {
      const rehearsed = await rehearse(files, documents);
      const all = everyWrite(rehearsed).map(async (write) => {
        const stopping = new AbortController();
        const interrupted = { fault: { delayMs: 1 }, end: "after" } as const;
        const onMet = (): void => stopping.abort("SIGINT");
        return wrongs(rehearsed, write, interrupted, { signal: stopping.signal, onMet });
      });
      expect((await Promise.all(all)).flat()).toEqual([]);
    });
  },
);

describe("entities that are created empty first, and are not filled because of a later write", () => {
  const mishap = quick["500, not written"]!;

  test.for([
    [0, 0],
    [1, 100],
    [2, 100],
  ])(
    "write %d fails: %d are left empty, are told to be, and are filled by the next run",
    async ([write, count]) => {
      const rehearsed = await rehearse(crowd(), {});
      const simulator = await rehearsed.start();
      const end = arrange(simulator, rehearsed, write!, mishap);
      const ran = await apply(simulator, rehearsed.path, { args: ["--output", "json"] });
      end();
      const { changes, findings } = JSON.parse(ran.out) as PlanDocument;
      const roles = simulator.stored("roles");
      const there = changes.filter(({ kind, name }) => kind === "roles" && name in roles);
      expect(there.map(({ result }) => result)).toEqual(Array.from({ length: count! }, () => "failed"));
      expect(findings.filter(({ code }) => code === "created-empty")).toHaveLength(count === 0 ? 0 : 1);
      expect(await leftUndone(simulator, rehearsed)).toEqual([]);
    },
  );
});
