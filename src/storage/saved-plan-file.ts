import { readFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { OsacError, failure } from "../errors.ts";
import { depthMax, isTooDeep } from "../value/depth.ts";
import { savedPlanVersion, type SavedPlan } from "../model/saved-plan.ts";
import type { Json } from "../model/value.ts";
import { describeFirstSchemaError } from "../schema/validation/schema-errors.ts";
import { resolveTarget, explainWriteError, writePrivateFile } from "./atomic-file.ts";
import { readText } from "../files/read-file.ts";
import { parseJson } from "../value/parse-json.ts";

/**
 * Reads a saved plan and checks its form only. It does not check if the plan was edited or is stale.
 *
 * @param name the name of the file in messages
 */
export async function readSavedPlan(path: string, name: string): Promise<SavedPlan> {
  const content = await readText(dirname(path), basename(path), name);
  if ("finding" in content) {
    const { at: _, ...finding } = content.finding;
    const hint = "osac plan --out saves a plan; with --targets, one for each target";
    throw new OsacError("input", [{ hint, ...finding, message: `--plan ${finding.message}` }]);
  }
  const value: unknown = parseJson(content.text);
  if (typeof value !== "object" || value === null) throw noPlanError(name, "it is no JSON document");
  if (isTooDeep(value as Json))
    throw noPlanError(name, `it has more than ${depthMax} lists and maps in one another`);
  const { version } = value as { version?: unknown };
  if (typeof version === "number" && version !== savedPlanVersion)
    throw noPlanError(name, `its format is ${version}, and this version of osac reads ${savedPlanVersion}`);
  const { default: schema } = await import("../../schemas/saved-plan.schema.json", {
    with: { type: "json" },
  });
  const wrong = await describeFirstSchemaError(schema, value);
  if (wrong !== undefined) throw noPlanError(name, wrong);
  return value as SavedPlan;
}

function noPlanError(name: string, why: string): OsacError {
  return failure("input", "not-a-saved-plan", `--plan ${name}: this is no plan of osac plan --out: ${why}`, {
    hint: "make a new plan with osac plan --out",
  });
}

/**
 * Writes a saved plan completely or not at all. Only its owner may read it. Throws if that fails.
 *
 * @param name the name of the file in messages
 */
export async function writeSavedPlan(path: string, name: string, plan: SavedPlan): Promise<void> {
  try {
    const target = await resolveTarget(path);
    if (!(await mayBeReplaced(target))) {
      const message = `--out ${name}: there is a file of that name that is no saved plan, and it is left as it is`;
      throw failure("input", "unwritable-file", message, { hint: "take another name, or delete the file" });
    }
    await writePrivateFile(target, `${JSON.stringify(plan, undefined, 2)}\n`);
  } catch (error) {
    if (error instanceof OsacError) throw error;
    const message = `--out ${name}: the plan cannot be saved: ${explainWriteError(error)}`;
    throw failure("input", "unwritable-file", message, { cause: error });
  }
}

/**
 * Returns true for an older plan, and for the empty file of `mktemp`. Files of settings and all others stay.
 */
async function mayBeReplaced(path: string): Promise<boolean> {
  const text = await readFile(path, "utf8").catch(() => "");
  const value: unknown = parseJson(text);
  return text === "" || (typeof value === "object" && value !== null && "filesDigest" in value);
}
