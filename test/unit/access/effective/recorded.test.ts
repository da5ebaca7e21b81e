import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { operations, type Operation } from "../../../../src/access/effective/index.ts";

/** What real nodes asked for, request by request; it lies beside a checkout, not within it. */
const recorded = join(import.meta.dirname, "../../../../../shared/access-experiments/results");

/** The requests of the recordings whose operation is called otherwise. */
const renamed: Readonly<Record<string, keyof typeof operations>> = {
  "index, new field": "index a document with a new field",
  create: "create a document",
  update: "update a document",
  "update, missing index, upsert": "upsert into a missing index",
  get: "get a document",
  mget: "get several documents",
  msearch: "search several times",
  "scroll start": "start a scroll",
  "field caps": "list fields",
  "search shards": "find shards",
  resolve: "resolve names",
  validate: "validate a query",
  "cat indices": "list indices",
  "cat count": "count by cat",
  stats: "get statistics",
  settings: "get settings",
  mapping: "get mappings",
  "get index": "get an index",
  exists: "look whether an index exists",
  "create index": "create an index",
  "create index with alias": "create an index with aliases",
  "delete index": "delete an index",
  "put mapping": "put mappings",
  close: "close an index",
  open: "open an index",
  forcemerge: "force a merge",
  block: "block an index",
  "clone (source blocked)": "clone an index",
  rollover: "roll over",
  "add alias": "add an alias",
  "remove index by _aliases": "delete an index by aliases",
  "get alias": "get aliases",
};

const line = /^(.+?) +cluster \[(.*?)\] {2}index \[(.*)\] {3}-> (.*)$/;

describe.for(["2.11.1", "2.19.4", "3.4.0"])("%s", (version) => {
  const file = join(recorded, `chain-${version}.txt`);
  if (!existsSync(file))
    console.warn(`SKIPPED: what a node of ${version} asked for: there is no ../shared/access-experiments`);

  test.skipIf(!existsSync(file))("every operation asks for what a real request needed", () => {
    const requests = readFileSync(file, "utf8")
      .split("\n")
      .flatMap((text) => [line.exec(text)?.slice(1) ?? []].filter(({ length }) => length > 0));
    expect(requests.length).toBe(42);
    for (const [request = "", cluster, index, answer = ""] of requests) {
      // Up to 2.11 these two were judged as requests on all indices, which the recording did not grant.
      if (answer.startsWith("403")) continue;
      const name = renamed[request] ?? (request as keyof typeof operations);
      const { cluster: asked, index: onIndices, also = [] }: Operation = operations[name];
      expect([name, sorted(asked), sorted([...onIndices, ...also])]).toEqual([
        name,
        sorted(split(cluster)),
        sorted(split(index)),
      ]);
    }
  });
});

function split(list = ""): string[] {
  return list.split(", ").filter((action) => action !== "");
}

function sorted(actions: readonly string[]): string {
  return actions.toSorted().join();
}
