import { randomBytes } from "node:crypto";
import { open, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { OsacError, failure } from "../errors.ts";
import { savedPlanVersion, type SavedPlan } from "../model.ts";
import { readText } from "./read-file.ts";

/** It shows who may do what in a cluster, so nobody else may read it. */
const ownerOnly = 0o600;

/**
 * Reads a saved plan, as far as its form goes: whether it was edited, and whether it still fits, is another question.
 *
 * @param name how messages call it
 */
export async function readSavedPlan(path: string, name: string): Promise<SavedPlan> {
  const content = await readText(dirname(path), basename(path));
  if ("finding" in content) {
    const { at: _, ...finding } = content.finding;
    throw new OsacError("input", [{ ...finding, message: `--plan: ${finding.message}` }]);
  }
  const value = parsed(content.text);
  if (typeof value !== "object" || value === null) throw noPlan(name, "it is no JSON document");
  const { version } = value as { version?: unknown };
  if (typeof version === "number" && version !== savedPlanVersion)
    throw noPlan(name, `its format is ${version}, and this version of osac reads ${savedPlanVersion}`);
  const wrong = await misfit(value);
  if (wrong !== undefined) throw noPlan(name, wrong);
  return value as SavedPlan;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The first thing that the schema does not allow. It is loaded late, as compiling it takes time. */
async function misfit(value: object): Promise<string | undefined> {
  const [{ Ajv2020 }, { default: schema }] = await Promise.all([
    import("ajv/dist/2020.js"),
    import("../../schemas/saved-plan.schema.json", { with: { type: "json" } }),
  ]);
  const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);
  if (validate(value)) return undefined;
  const [error] = validate.errors ?? [];
  return `${error?.instancePath || "it"} ${error?.message}`;
}

function noPlan(name: string, why: string): OsacError {
  return failure("input", "no-saved-plan", `--plan ${name}: this is no plan of osac plan --out: ${why}`, {
    hint: "make a new plan with osac plan --out",
  });
}

/**
 * Writes a saved plan, whole or not at all, and for its owner's eyes only. Throws where that cannot be done.
 *
 * @param name how messages call it
 */
export async function writeSavedPlan(path: string, name: string, plan: SavedPlan): Promise<void> {
  try {
    await replace(await targetOf(path), `${JSON.stringify(plan, undefined, 2)}\n`);
  } catch (error) {
    const message = `--out ${name}: the plan cannot be saved: ${reasonOf(error)}`;
    throw failure("input", "not-writable", message, { cause: error });
  }
}

/** Where the file itself is; a device or a pipe would be replaced by it. */
async function targetOf(path: string): Promise<string> {
  const about = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (!about) return path;
  if (!about.isFile()) throw Object.assign(new Error("not a file"), { code: "ENOTFILE" });
  return realpath(path);
}

async function replace(path: string, text: string): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}.tmp`);
  const file = await open(temporary, "wx", ownerOnly);
  try {
    await file.writeFile(text);
    await file.sync();
    await file.close();
    await rename(temporary, path);
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(temporary, { force: true });
    throw error;
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "its directory does not exist",
  ENOTDIR: "its directory does not exist",
  ENOTFILE: "there is something of that name that is not a file",
  EACCES: "its directory may not be written by the user who runs this",
  EPERM: "its directory may not be written by the user who runs this",
  EROFS: "its directory may not be written by the user who runs this",
};

/** What the operating system's answer means, in a user's words. Any other error is a fault of the program. */
function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (typeof code !== "string" || !code.startsWith("E")) throw error;
  return reasons[code] ?? `the system says ${code}`;
}
