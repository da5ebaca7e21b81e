import type { Body } from "../../model/value.ts";
import { isRecord } from "../../value/record.ts";
import { readTexts } from "../documents.ts";

/** Lists what an allowlist opens to callers without the admin certificate. */
export function listOpenedRequests(before: Body, after: Body): string[] {
  if (before["enabled"] !== true) return [];
  if (after["enabled"] !== true) return ["is turned off, so every request is open"];
  const old = new Set(listRequests(before));
  const more = listRequests(after).filter((request) => !old.has(request));
  return more.length === 0 ? [] : [`opens ${more.join(", ")}`];
}

function listRequests({ requests }: Body): string[] {
  if (!isRecord(requests)) return [];
  return Object.keys(requests).flatMap((path) =>
    readTexts(requests, path).map(({ shown }) => `${shown} ${path}`),
  );
}
