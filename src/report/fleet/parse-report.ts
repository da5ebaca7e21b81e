import type { Finding, Place } from "../../model/finding.ts";
import { kindNames, type KindName } from "../../model/kind-name.ts";
import type { TargetRun } from "../../model/target-run.ts";
import type { Json, JsonObject } from "../../model/value.ts";
import { depthMax, isTooDeep } from "../../value/depth.ts";
import { isRecord } from "../../value/record.ts";
import { documentVersion } from "../json-text.ts";

/** A change in a report: the parts of it that osac shows again. */
export interface ReportedChange {
  readonly action: "create" | "update" | "delete";
  readonly kind: KindName;
  readonly name: string;
  readonly at?: Place | undefined;
  readonly fields: readonly {
    readonly path: readonly string[];
    readonly before?: Json;
    readonly after?: Json;
    readonly inCluster?: Json;
    readonly inFiles?: Json;
  }[];
  readonly destructive?: string | undefined;
  readonly revokedPermissions?: readonly Json[] | undefined;
  readonly result?: string | undefined;
}

/** The JSON document of a run on one target. */
export interface TargetReport {
  readonly version: number;
  readonly command: string;
  readonly exitCode: number;
  readonly cluster?: { readonly uuid?: string | null } | undefined;
  readonly changes?: readonly ReportedChange[] | undefined;
  readonly findings: readonly Finding[];
  readonly target: TargetRun;
}

/** Parses a report. Returns a text that says why it is none. */
export function parseReport(text: string): TargetReport | string {
  const value = parseJson(text);
  if (!isRecord(value)) return text.trim() === "" ? "is empty" : "is no JSON document";
  if (isTooDeep(value)) return `has more than ${depthMax} lists and maps in one another`;
  const { version, exitCode, target } = value;
  if (typeof version !== "number" || typeof exitCode !== "number")
    return "is no report of a run with --output json";
  if (version !== documentVersion)
    return `has version ${version} of the format, and this osac reads ${documentVersion}`;
  if (!isTarget(target)) return "is the report of a run without --target";
  return isComplete(value) ? (value as unknown as TargetReport) : "is no complete report";
}

function isComplete({ command, findings, changes = [] }: JsonObject): boolean {
  return (
    typeof command === "string" && isListWhereEach(findings, isFinding) && isListWhereEach(changes, isChange)
  );
}

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function isListWhereEach(value: unknown, isOne: (item: Json) => boolean): boolean {
  return Array.isArray(value) && (value as Json[]).every(isOne);
}

function isTarget(value: unknown): boolean {
  if (!isRecord(value as Json)) return false;
  const { name, run, tool, seconds } = value as { [field: string]: Json };
  const hasRun = run === null || typeof run === "string";
  return typeof name === "string" && hasRun && typeof tool === "string" && typeof seconds === "number";
}

function isFinding(value: Json): boolean {
  if (!isRecord(value)) return false;
  const { code, severity, message } = value;
  return [code, severity, message].every((text) => typeof text === "string") && isPlace(value["at"]);
}

function isPlace(value: Json | undefined): boolean {
  if (value === undefined) return true;
  return isRecord(value) && typeof value["file"] === "string" && typeof value["line"] === "number";
}

function isChange(value: Json): boolean {
  if (!isRecord(value)) return false;
  const { action, kind, name, at, fields } = value;
  const isNamed = typeof name === "string" && (kindNames as readonly unknown[]).includes(kind);
  const isAction = ["create", "update", "delete"].includes(action as string);
  return isNamed && isAction && isPlace(at) && isListWhereEach(fields, isField);
}

function isField(value: Json): boolean {
  return isRecord(value) && isListWhereEach(value["path"], (step) => typeof step === "string");
}
