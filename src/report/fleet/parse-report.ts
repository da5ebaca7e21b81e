import type { AccessChange } from "../../model/access-change.ts";
import type { Escalation } from "../../model/escalation.ts";
import type { Finding, Place } from "../../model/finding.ts";
import { kindNames, type KindName } from "../../model/kind-name.ts";
import type { ProtectiveSetting, SettingChange } from "../../model/plan.ts";
import type { TargetRun } from "../../model/target-run.ts";
import type { Json, JsonObject } from "../../model/value.ts";
import { isError } from "../../errors.ts";
import { exitCodes } from "../../exit-codes.ts";
import { depthMax, isTooDeep } from "../../value/depth.ts";
import { isRecord } from "../../value/record.ts";
import { isPrincipalKind } from "../access-difference-text.ts";
import { documentVersion } from "../json-text.ts";
import { parseJson } from "../../value/parse-json.ts";

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
  readonly settings?: readonly ProtectiveSetting[] | undefined;
  readonly settingChanges?: readonly SettingChange[] | undefined;
  readonly escalations?: readonly Escalation[] | undefined;
  readonly access?: readonly AccessChange[] | undefined;
  readonly accessDoubts?: readonly string[] | undefined;
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
  if (!isComplete(value)) return "is no complete report";
  const report = value as unknown as TargetReport;
  return endsWellWithError(report) ? "has an error, and the exit code of a run without one" : report;
}

/** Exit codes of runs without an error. */
const goodCodes: readonly number[] = [exitCodes.done.code, exitCodes.changes.code];

function endsWellWithError({ exitCode, findings }: TargetReport): boolean {
  return goodCodes.includes(exitCode) && findings.some(isError);
}

/** The lists of a report, and the check of their items. */
const lists: Readonly<Record<string, (item: Json) => boolean>> = {
  changes: isChange,
  settings: isSetting,
  settingChanges: isSetting,
  escalations: isEscalation,
  access: isAccessChange,
  accessDoubts: isText,
};

function isComplete(report: JsonObject): boolean {
  const { command, exitCode, cluster, findings } = report;
  return (
    isWord(command) &&
    isNumberUpTo(exitCode, 255) &&
    Number.isInteger(exitCode) &&
    isOptional(cluster, isCluster) &&
    isListWhereEach(findings, isFinding) &&
    Object.entries(lists).every(([name, isOne]) =>
      isOptional(report[name], (list) => isListWhereEach(list, isOne)),
    )
  );
}

function isCluster(value: Json): boolean {
  return isRecord(value) && (value["uuid"] === null || isOptionalText(value["uuid"]));
}

function isListWhereEach(value: unknown, isOne: (item: Json) => boolean): boolean {
  return Array.isArray(value) && (value as Json[]).every(isOne);
}

function isTarget(value: unknown): boolean {
  if (!isRecord(value as Json)) return false;
  const { name, run, tool, seconds } = value as { [field: string]: Json };
  const hasRun = run === null || typeof run === "string";
  return typeof name === "string" && hasRun && typeof tool === "string" && isNumberUpTo(seconds, Infinity);
}

/** JSON has numbers such as 1e999, which are no finite numbers. */
function isNumberUpTo(value: Json | undefined, most: number): boolean {
  return Number.isFinite(value) && (value as number) >= 0 && (value as number) <= most;
}

function isFinding(value: Json): boolean {
  if (!isRecord(value)) return false;
  const { code, severity, message, hint, at } = value;
  const isSeverity = ["error", "warning", "notice"].includes(severity as string);
  return isWord(code) && isSeverity && isText(message) && isOptionalText(hint) && isOptional(at, isPlace);
}

function isPlace(value: Json): boolean {
  if (!isRecord(value)) return false;
  const { file, line, column } = value;
  return isText(file) && Number.isSafeInteger(line) && Number.isSafeInteger(column);
}

function isChange(value: Json): boolean {
  if (!isRecord(value)) return false;
  const { action, kind, name, at, fields, destructive, revokedPermissions, result } = value;
  const isNamed = typeof name === "string" && (kindNames as readonly unknown[]).includes(kind);
  const isAction = ["create", "update", "delete"].includes(action as string);
  const areTexts = [destructive, result].every(isOptionalText);
  const areLists = isListWhereEach(fields, isField) && isOptional(revokedPermissions, Array.isArray);
  return isNamed && isAction && areTexts && areLists && isOptional(at, isPlace);
}

function isField(value: Json): boolean {
  return isRecord(value) && isListWhereEach(value["path"], (step) => typeof step === "string");
}

function isSetting(value: Json): boolean {
  return (
    isRecord(value) &&
    isText(value["name"]) &&
    isOptionalText(value["from"]) &&
    isOptional(value["at"], isPlace)
  );
}

function isEscalation(value: Json): boolean {
  if (!isRecord(value)) return false;
  const { word, allowed } = value;
  return isWord(word) && isEffect(value) && isOptional(allowed, isAllowance);
}

function isAllowance(value: Json): boolean {
  return isRecord(value) && isText(value["setBy"]) && isOptionalText(value["reason"]);
}

function isAccessChange(value: Json): boolean {
  if (!isRecord(value)) return false;
  const { direction, principals } = value;
  const isDirection = ["gain", "loss", "change"].includes(direction as string);
  return isDirection && isEffect(value) && Array.isArray(principals) && principals.length > 0;
}

/** Who gains or loses what, why and where. */
function isEffect({ principals, effect, example, perhaps, causes }: JsonObject): boolean {
  return (
    isText(effect) &&
    [example, perhaps].every(isOptionalText) &&
    isListWhereEach(principals, isPrincipal) &&
    isListWhereEach(causes, isCause)
  );
}

function isPrincipal(value: Json): boolean {
  return isRecord(value) && isPrincipalKind(value["kind"]) && isText(value["name"]);
}

function isCause(value: Json): boolean {
  if (!isRecord(value)) return false;
  const { kind, name, at } = value;
  return (kindNames as readonly unknown[]).includes(kind) && isText(name) && isOptional(at, isPlace);
}

/** A word of osac, which a report shows as it is. */
function isWord(value: Json | undefined): boolean {
  return typeof value === "string" && /^[a-z][a-z0-9 -]*$/.test(value);
}

function isText(value: Json | undefined): boolean {
  return typeof value === "string";
}

function isOptionalText(value: Json | undefined): boolean {
  return isOptional(value, isText);
}

function isOptional(value: Json | undefined, isOne: (value: Json) => boolean): boolean {
  return value === undefined || isOne(value);
}
