import { operations, type Operation } from "../access/effective/index.ts";
import { findTargetKind } from "../access/questions/parse-question.ts";
import { exitCodes } from "../exit-codes.ts";
import { documentVersion } from "../report/json-text.ts";
import { applyStyle, type Theme } from "../report/theme.ts";
import type { Ended } from "./index.ts";

/** Lists operations in plain words, with the permissions that each needs. */
export async function run(): Promise<Ended> {
  const list: [string, Operation][] = Object.entries(operations);
  const text = (theme: Theme): string =>
    list.map(([name, operation]) => toText(name, operation, theme)).join("");
  return Promise.resolve({ reason: "done", result: { document: () => toDocument(list), text } });
}

function toDocument(list: readonly [string, Operation][]): object {
  return {
    version: documentVersion,
    command: "access operations",
    exitCode: exitCodes.done.code,
    operations: list.map(([name, operation]) => ({
      name,
      target: findTargetKind(name),
      clusterPermissions: operation.cluster,
      indexPermissions: [...operation.index, ...(operation.also ?? [])],
      tenant: operation.tenant ?? null,
    })),
  };
}

function toText(name: string, { cluster, index, also = [], tenant }: Operation, theme: Theme): string {
  const lines = [
    ...cluster.map((action) => `cluster permission ${action}`),
    ...[...index, ...also].map((action) => `index permission ${action}`),
    ...(tenant === undefined ? [] : [`permission to ${tenant} the tenant`]),
  ];
  return `${applyStyle(theme, "bold", name)}\n${lines.map((line) => `  ${line}\n`).join("")}`;
}
