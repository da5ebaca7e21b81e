import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Io } from "../../../src/commands/io.ts";
import type { SavedPlan } from "../../../src/model/saved-plan.ts";
import { digest, computePlanId } from "../../../src/plan/reviewed/fingerprint.ts";
import { folder } from "../../support/folder.ts";
import { osac, type Ran } from "../../support/osac.ts";

/** The address of a cluster, and the logins of an administrator and of the admin certificate. */
interface Target {
  readonly url: string;
  readonly caCert: string;
  readonly adminCert: string;
  readonly adminKey: string;
}

/** A working directory with files in `security/`, which several commands use. */
export interface Desk {
  readonly cwd: string;
  /** Runs a command as the administrator. */
  readonly osac: (argv: readonly string[], given?: Partial<Io>) => Promise<Ran>;
  /** Writes a file of `security/`. */
  readonly write: (file: string, text: string) => Promise<void>;
  /** Plans, and saves the plan in `plan.json`. */
  readonly plan: (...flags: string[]) => Promise<SavedPlan>;
  /** Applies `plan.json`. */
  readonly apply: (...flags: string[]) => Promise<Ran>;
}

export async function desk(
  { url, caCert, adminCert, adminKey }: Target,
  files: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
): Promise<Desk> {
  const own = Object.entries(files).map(([name, text]) => [join("security", name), text]);
  const pem = { "ca.pem": caCert, "admin.pem": adminCert, "admin.key": adminKey };
  const cwd = await folder({ ...pem, ...(Object.fromEntries(own) as Record<string, string>) });
  const login = { OSAC_USERNAME: "admin", OSAC_PASSWORD: "admin" };
  const known = { OSAC_URL: url, OSAC_CA_CERT: "ca.pem", OSAC_PASSWORD_COST: "4", ...login, ...env };
  const run: Desk["osac"] = (argv, given = {}) =>
    osac(argv, { cwd, ...given, env: { ...known, ...given.env } });
  return {
    cwd,
    osac: run,
    write: (file, text) => writeFile(join(cwd, "security", file), text),
    plan: async (...flags) => {
      const ran = await run(["plan", "security", "--out", "plan.json", ...flags]);
      if (ran.code !== 0) throw new Error(`exit ${ran.code}: ${ran.err}`);
      return JSON.parse(await readFile(join(cwd, "plan.json"), "utf8")) as SavedPlan;
    },
    apply: (...flags) => run(["apply", "security", "--plan", "plan.json", "--yes", ...flags]),
  };
}

/** Changes a saved plan and its checksum, as an attacker could. */
export async function forge({ cwd }: Desk, plan: SavedPlan, forged: Partial<SavedPlan>): Promise<void> {
  const { checksum: _, ...rest } = { ...plan, ...forged };
  const whole = { ...rest, id: computePlanId(rest.cluster.uuid, rest.changes) };
  await writeFile(join(cwd, "plan.json"), JSON.stringify({ ...whole, checksum: digest(whole) }));
}

/** A file of a kind, with its header. */
export function makeFile(kind: string, entities: string): string {
  return `_meta: { type: ${kind}, config_version: 2 }\n${entities}\n`;
}
