import { expect, onTestFinished, test } from "vitest";
import { missingForNode } from "../server/node/java.ts";
import { startNode } from "../server/node/start.ts";
import { type NodeVersion, serverVersions } from "../server/node/versions.ts";
import { soak, type Soaked } from "./soak.ts";

const seconds = Number(process.env["OSAC_SOAK_SECONDS"] ?? 300);
const seed = Number(process.env["OSAC_SOAK_SEED"] ?? Date.now() % 1_000_000);
const version = (process.env["OSAC_SOAK_VERSION"] ?? "3.4.0") as NodeVersion;

test(`${seconds} s of two appliers and a person, on OpenSearch ${version}`, async () => {
  expect(Object.keys(serverVersions)).toContain(version);
  expect(missingForNode(version)).toBeUndefined();
  const node = await startNode({ version });
  onTestFinished(() => node.stop());
  const soaked = await soak(node, { seconds, seed });
  console.log(figures(soaked));
  expect([...soaked.appliers.left.lost, ...soaked.appliers.right.lost]).toEqual([]);
  expect(soaked.editor.overwritten).toEqual([]);
});

function figures({ appliers, editor }: Soaked): string {
  const lines = Object.entries(appliers).map(([owner, { runs, writes, conflicts, unfinished, lost }]) => {
    const codes = Object.entries(unfinished).map(([code, count]) => `${count} ${code}`);
    const rest = codes.length > 0 ? ` (${codes.join(", ")}; made up for by the next run)` : "";
    return `${owner}: ${runs} runs, ${writes} writes, ${conflicts} conflicts${rest}, ${lost.length} declared changes lost`;
  });
  const { edits, conflicts, overwritten } = editor;
  return [
    `seed ${seed}`,
    ...lines,
    `hand: ${edits} edits, ${conflicts} conflicts, ${overwritten.length} overwritten`,
  ].join("\n");
}
