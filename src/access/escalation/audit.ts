import type { Body } from "../../model/value.ts";
import { valueAtPath } from "../../value/path.ts";
import { isRecord } from "../../value/record.ts";
import { readTexts } from "../documents.ts";

/** Switches that, when off, leave events out of the log. */
const switches: readonly (readonly string[])[] = [
  ["enabled"],
  ["audit", "enable_rest"],
  ["audit", "enable_transport"],
  ["audit", "log_request_body"],
  ["audit", "resolve_indices"],
  ["audit", "resolve_bulk_requests"],
  ["compliance", "enabled"],
  ["compliance", "internal_config"],
  ["compliance", "external_config"],
  ["compliance", "write_log_diffs"],
];

/** Switches that, when on, leave the content of documents out of the log. */
const shorteners: readonly (readonly string[])[] = [
  ["compliance", "read_metadata_only"],
  ["compliance", "write_metadata_only"],
];

/** Lists of what the log leaves out. */
const exclusions: readonly (readonly [parent: string, list: string])[] = [
  ["audit", "disabled_rest_categories"],
  ["audit", "disabled_transport_categories"],
  ["audit", "disabled_categories"],
  ["audit", "ignore_users"],
  ["audit", "ignore_requests"],
  ["audit", "ignore_headers"],
  ["audit", "ignore_url_params"],
  ["audit", "body_logging_exclusions"],
  ["compliance", "read_ignore_users"],
  ["compliance", "write_ignore_users"],
];

/** Lists everything that the audit log no longer records. */
export function listAuditLosses(before: Body, after: Body): string[] {
  const off = switches
    .filter((path) => valueAtPath(before, path) === true && valueAtPath(after, path) === false)
    .map((path) => `${path.join(".")} is turned off`);
  const short = shorteners
    .filter((path) => valueAtPath(before, path) === false && valueAtPath(after, path) === true)
    .map((path) => `${path.join(".")} is turned on`);
  const excluded = exclusions.flatMap(([parent, list]) => {
    const [old, now] = [listTexts(before, parent, list), listTexts(after, parent, list)];
    const more = now.filter((text) => text !== "NONE" && !old.includes(text));
    return more.length === 0 ? [] : [`${parent}.${list} gets ${more.join(", ")}`];
  });
  return [...off, ...short, ...excluded, ...listUnwatched(before, after)];
}

function listTexts(body: Body, parent: string, list: string): string[] {
  const value = body[parent];
  return readTexts(isRecord(value) ? value : undefined, list).map(({ shown }) => shown);
}

function listUnwatched(before: Body, after: Body): string[] {
  const list = "write_watched_indices";
  const kept = new Set(listTexts(after, "compliance", list));
  const indices = listTexts(before, "compliance", list).filter((name) => !kept.has(name));
  const watched = new Set(listWatchedFields(after));
  const fields = listWatchedFields(before).filter((field) => !watched.has(field));
  return [
    ...(indices.length === 0 ? [] : [`compliance.${list} loses ${indices.join(", ")}`]),
    ...(fields.length === 0 ? [] : [`compliance.read_watched_fields loses ${fields.join(", ")}`]),
  ];
}

/** Lists each field with its index: `hr: pay`. */
function listWatchedFields(body: Body): string[] {
  const watched = valueAtPath(body, ["compliance", "read_watched_fields"]);
  if (!isRecord(watched)) return [];
  return Object.keys(watched).flatMap((index) =>
    readTexts(watched, index).map(({ shown }) => `${index}: ${shown}`),
  );
}
