import { isRecord } from "../value/record.ts";
import { redact } from "../secrets/redact.ts";
import type { Answer } from "../model/cluster.ts";
import type { Json, JsonObject } from "../model/value.ts";
import { printable } from "./printable.ts";

/** The most characters of a message. */
const messageMax = 300;

/** The most fields that are listed, and the most characters of one. */
const [fieldsMax, fieldLengthMax] = [30, 40];

/** Fields of `GET /` that name no cluster. */
const versionFields = ["number", "distribution", "build_flavor", "build_type"];

/**
 * Formats answers to be pasted into an issue: status, headers that tell who answered, the names of the
 * fields, and messages without accounts, ARNs and host names. It shows no value of a field.
 */
export function serviceReportText(
  calls: readonly { readonly path: string; readonly answer: Answer }[],
): string {
  const lines = calls.map(
    ({ path, answer }) => `GET ${path}\n  ${printable(describeAnswer(answer, path.endsWith("/nodesdn")))}\n`,
  );
  return `osac status --report: what the service answers, without names and values\n\n${lines.join("")}`;
}

function describeAnswer({ status, body, text, headers }: Answer, hasChosenNames: boolean): string {
  const type = String(headers["content-type"] ?? "no content type").split(";", 1)[0];
  const version = headers["x-opensearch-version"] === undefined ? "" : ", x-opensearch-version";
  const head = status === 0 ? "no usable answer" : `${status} ${type}${version}`;
  if (!isRecord(body)) return `${head}: ${describeText(text)}`;
  const isList = hasChosenNames && status === 200;
  return `${head}: ${isList ? `${Object.keys(body).length} entries` : describeBody(body)}`;
}

function describeBody(body: JsonObject): string {
  const said = body["Message"] ?? body["message"];
  const message = typeof said === "string" ? `; says ${JSON.stringify(hideNames(said))}` : "";
  const { version } = body;
  const told = isRecord(version)
    ? versionFields.map((field) => `; ${field} ${describeVersion(version[field])}`).join("")
    : "";
  return `fields ${listFields(Object.keys(body))}${told}${message}`;
}

/** The words of a version are short and plain; a service may put anything there. */
function describeVersion(value: Json = "absent"): string {
  const isPlain = typeof value === "string" && /^[\w.-]{1,20}$/.test(value);
  return isPlain ? JSON.stringify(hideNames(value)) : "another value";
}

/** A field of the API is one word of letters. Another key may be a name that somebody chose. */
function listFields(keys: readonly string[]): string {
  const words = keys.filter((key) => /^_?[a-z]+(?:_[a-z]+)*$/i.test(key) && key.length <= fieldLengthMax);
  const shown = words.slice(0, fieldsMax);
  const others = keys.length - shown.length;
  return [...shown, ...(others === 0 ? [] : [`and ${others} more`])].join(", ");
}

function describeText(text: string): string {
  if (text === "") return "empty";
  return text.trimStart().startsWith("<") ? "a page" : `text ${JSON.stringify(hideNames(text))}`;
}

/** Hides what names an account, a role, a user or a domain. */
function hideNames(text: string): string {
  return redact(text.slice(0, messageMax * 4))
    .replaceAll(/arn:[\w-]+:[\w-]+:[\w-]*:\d*:[^\s,;"'\]]+/g, "arn:…")
    .replaceAll(/\d{12}/g, "…")
    .replaceAll(/\b(?:A3T|AGPA|AIDA|AIPA|AKIA|ANPA|ANVA|AROA|ASIA)[0-9A-Z]{8,}/g, "KEY")
    .replaceAll(/[\w.+-]+@[\w.-]+/g, "ADDRESS")
    .replaceAll(/\b[\w-]+(?:\.[\w-]+)+\.[a-z]{2,}\b/gi, "HOST")
    .replaceAll(/\b\d{1,3}(?:\.\d{1,3}){3}\b|\b(?:[\da-f]{1,4}:){3,}[\da-f:]*/gi, "IP")
    .replaceAll(/User \[name=[^\]]*\]?/g, "User […]")
    .slice(0, messageMax);
}
