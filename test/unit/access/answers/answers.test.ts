import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { keptFolder } from "../../../support/folder.ts";
import { osac } from "../../../support/osac.ts";
import { company } from "./files.ts";

let cwd: string;
beforeAll(async () => {
  cwd = await keptFolder(company);
});
afterAll(async () => rm(cwd, { recursive: true }));

const known = ["--facts", "names.json"];
const json = ["--output", "json"];
const here = ["--address", "192.0.2.1"];

/** What is asked, in one file of answers each. A command is a list of words after `osac`. */
const topics: Readonly<Record<string, readonly (readonly string[])[]>> = {
  "can-read": ["logs-1", "recent", "logs-*", "logs-stream", "orders", "*", "none", "-logs-1,logs-*"].flatMap(
    (name) => [
      ["access", "can", "user:ann", "search", name, "it", ...known, ...here],
      ["access", "can", "user:ann", "search", name, "it", ...here],
    ],
  ),
  "can-write": ["index a document", "delete an index", "create an index", "delete a document"].flatMap(
    (operation) =>
      ["user:shipper", "role:ops", "user:ann"].map((subject) => [
        "access",
        "can",
        subject,
        operation,
        "logs-app-1",
        "it",
        ...known,
        ...here,
      ]),
  ),
  "can-subjects": [
    ["role:staff"],
    ["external:bob", "--backend-role", "staff"],
    ["external:bob", "--backend-role", "hr", "--backend-role", "senior"],
    ["external:guest-1", "--address", "10.0.0.1"],
    ["external:bob", "--address", "10.0.0.1"],
    ["everyone"],
    ["anonymous"],
    ["user:nobody"],
    ["user:root"],
  ].flatMap(([subject, ...flags]) =>
    [
      ["search", "hr"],
      ["search", "bob-notes"],
      ["save in Dashboards", "tenant:finance"],
      ["see the cluster's health", "cluster"],
    ].map((what) => ["access", "can", subject!, ...what, "it", ...flags]),
  ),
  "can-tenants": ["tenant:finance", "tenant:team-a", "tenant:team-z", "tenant:none"].flatMap((tenant) =>
    ["read in Dashboards", "save in Dashboards"].map((what) => [
      "access",
      "can",
      "user:ann",
      what,
      tenant,
      "it",
      ...here,
    ]),
  ),
  "can-json": [
    ["access", "can", "user:ann", "search", "logs-1", "it", ...known, ...json],
    ["access", "can", "user:ann", "search", "*", "it", ...known, ...json],
    ["access", "can", "user:ann", "search", "logs-*", "it", ...json],
    ["access", "can", "user:eve", "delete an index", "hr", "it", ...known, ...json],
  ],
  "can-versions": ["2.11.1", "2.19.4", "3.0.0", "3.4.0"].flatMap((version) => [
    ["access", "can", "user:ann", "search", "*", "it", ...known, ...here, "--server-version", version],
    [
      "access",
      "can",
      "role:ops",
      "delete an index",
      "*",
      "it",
      ...known,
      ...here,
      "--server-version",
      version,
    ],
    ["access", "explain", "user:eve", "search", "hr", "it", ...known, "--server-version", version],
  ]),
  "explain-allowed": [
    ["access", "explain", "user:ann", "search", "logs-1", "it", ...known, ...here],
    ["access", "explain", "user:eve", "search", "hr", "it", ...known, ...here],
    ["access", "explain", "role:interns", "search", "hr", "it", ...known, ...here],
    ["access", "explain", "user:ann", "save in Dashboards", "tenant:finance", "it", ...here],
    ["access", "explain", "user:eve", "search", "hr", "it", ...json],
  ],
  "explain-denied": [
    ["access", "explain", "user:shipper", "search", "logs-1", "it", ...known, ...here],
    ["access", "explain", "user:ann", "index a document", "logs-1", "it", ...known, ...here],
    ["access", "explain", "external:bob", "save in Dashboards", "tenant:team-a", "it", ...here],
    ["access", "explain", "role:ops", "search", "orders", "it", ...known, ...json],
  ],
  "explain-unknown": [
    ["access", "explain", "user:ann", "search", "logs-*", "it"],
    ["access", "explain", "role:staff", "search", "orders", "it"],
    ["access", "explain", "everyone", "search", "bob-notes", "it"],
    ["access", "explain", "everyone", "search", "bob-notes", "it", ...json],
  ],
  list: [
    "user:ann",
    "user:shipper",
    "user:eve",
    "user:root",
    "role:ops",
    "role:staff",
    "everyone",
    "anonymous",
    "external:guest-1",
  ].map((subject) => ["access", "list", subject, "it", ...known, ...here]),
  "list-patterns": ["user:ann", "role:ops", "everyone"].flatMap((subject) => [
    ["access", "list", subject, "it"],
    ["access", "list", subject, "it", ...json],
  ]),
  "list-doubts": [
    ["user:ann"],
    ["external:guest-1"],
    ["external:bob", "--backend-role", "hr"],
    ["role:staff"],
  ].flatMap(([subject, ...flags]) => [
    ["access", "list", subject!, "it", ...known, ...flags],
    ["access", "list", subject!, "it", ...known, ...flags, ...json],
  ]),
  who: [
    ["search", "logs-1"],
    ["search", "hr"],
    ["index a document", "orders"],
    ["delete an index", "logs-1"],
    ["save in Dashboards", "tenant:finance"],
    ["search", "zoe-notes"],
  ].flatMap(([operation, target]) => [
    ["access", "who", operation!, target!, "it", ...known],
    ["access", "who", operation!, target!, "it", ...json],
  ]),
  diff: [
    ["access", "diff", "it", "new"],
    ["access", "diff", "new", "it"],
    ["access", "diff", "it", "new", ...known],
  ],
  "diff-json": [["access", "diff", "it", "new", ...json]],
  "diff-markdown": [["access", "diff", "it", "new", "--output", "markdown"]],
  report: [
    ["access", "report", "it", ...json],
    ["access", "report", "it", ...json, ...known],
  ],
  operations: [
    ["access", "operations"],
    ["access", "operations", ...json],
  ],
  wrong: [
    ["access", "can", "ann", "search", "a", "it"],
    ["access", "can", "user:ann", "serch", "a", "it"],
    ["access", "can", "user:", "search", "a", "it"],
    ["access", "can", ":ann", "search", "a", "it"],
    ["access", "can", ":", "search", "a", "it"],
    ["access", "can", "user:ann", "search", "tenant:", "it"],
    ["access", "can", "user:ann", "search", ":a", "it"],
    ["access", "can", "user:ann", "search", "a,,b", "it"],
    ["access", "can", "user:ann", "search", "cluster", "it"],
    ["access", "can", "user:ann", "see the cluster's health", "a", "it"],
    ["access", "can", "user:ann", "save in Dashboards", "a", "it"],
    ["access", "can", "user:ann", "search", "tenant:a", "it"],
    ["access", "can", "user:ann", "search", "a", "it", "--backend-role", "x"],
    ["access", "can", "role:x", "search", "a", "it", "--attribute", "a=b"],
    ["access", "can", "user:ann", "search", "a", "it", "--facts", "it/roles.yml"],
    ["access", "can", "user:ann", "search", "a", "none"],
    ["access", "who", "search", "it"],
    ["access", "list", "it"],
  ],
};

test.for(Object.entries(topics))("the answers about %s", async ([topic, commands]) => {
  let book = "";
  for (const argv of commands) {
    const { code, out, err } = await osac(argv, { cwd });
    const asked = argv.map((word) => (/^[\w:.=/*-]+$/.test(word) ? word : `'${word}'`)).join(" ");
    book += `$ osac ${asked}\n${(out + err).replaceAll(cwd, "DIRECTORY")}exit code ${code}\n\n`;
  }
  await expect(book).toMatchFileSnapshot(join(import.meta.dirname, `${topic}.txt`));
});
