import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { Simulator } from "../../../src/simulator/index.ts";
import { folder } from "../../support/folder.ts";
import { osac, type Ran } from "../../support/osac.ts";
import { startQuick } from "../../support/simulated-cluster.ts";

const hash = "$2a$04$GQKtIVnVnYbBgSmMQm.duu6xIHFYfridC6T4ndofowdDv.VSFt11m";

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startQuick();
});

interface Case {
  /** What the tenant's description is. osac shows it. */
  readonly shown?: string;
  /** What the user's hash is. It is secret. */
  readonly secret?: string;
  readonly flags?: readonly string[];
  /** `placeholders` of osac.yml. AT stands for the folder above the directory, in all of these. */
  readonly settings?: string;
}

/** Plans a directory whose files use a placeholder. */
async function plan({ shown = "x", secret = "${env.HASH}", flags = [], settings }: Case): Promise<Ran> {
  const cwd = await folder({
    "ca.pem": simulator.caCert,
    "it/own/hash": hash,
    "mounted/hash": hash,
    "mounted/text": "text",
    "other/hash": hash,
  });
  const of = (text: string): string => text.replaceAll("AT", cwd);
  const files = {
    "tenants.yml": `_meta: { type: tenants, config_version: 2 }\nfinance: { description: "${of(shown)}" }\n`,
    "internal_users.yml": `_meta: { type: internalusers, config_version: 2 }\nann: { hash: "${of(secret)}" }\n`,
    "osac.yml": settings === undefined ? "{}\n" : `placeholders: ${of(settings)}\n`,
  };
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(cwd, "it", name), text)));
  const login = { OSAC_USERNAME: "admin", OSAC_PASSWORD: "admin", OSAC_CA_CERT: "ca.pem" };
  const env = { ...login, OSAC_URL: simulator.url, HASH: hash, TEAM: "red" };
  return osac(["plan", "it", ...flags.map(of)], { cwd, env });
}

const readsFile: Case = { secret: "${file:AT/mounted/hash}" };
const mayMount = ["--placeholder-files", "AT/mounted"];
const showsTeam: Case = { shown: "${env.TEAM}" };
const mayShow = ["--allow-placeholder", "TEAM"];
const showsFile: Case = { shown: "${file:AT/mounted/text}" };
const mayShowFile = ["--allow-placeholder", "file:AT/mounted/*"];
const [outside, hidden, narrowed] = ["none of the directories", "not allowed here", "may use (placeholders"];

/** The job allows, and osac.yml may only take away. */
describe("a placeholder is used where the job and osac.yml both allow it", () => {
  test.for<[title: string, Case, refusal?: string]>([
    ["a file of the directory", { secret: "${file:own/hash}" }],
    ["a file elsewhere", readsFile, outside],
    ["a file elsewhere, allowed by the job", { ...readsFile, flags: mayMount }],
    ["by osac.yml", { ...readsFile, settings: "{ files: [AT/mounted] }" }, outside],
    ["by both", { ...readsFile, flags: mayMount, settings: "{ files: [AT/mounted] }" }],
    [
      "a file that osac.yml leaves out",
      { ...readsFile, flags: mayMount, settings: "{ files: [AT/other] }" },
      outside,
    ],
    ["any file", { ...readsFile, flags: mayMount, settings: "{ files: [] }" }, outside],
    ["a variable that is shown", showsTeam, hidden],
    ["a variable that is shown, allowed by the job", { ...showsTeam, flags: mayShow }],
    ["by osac.yml", { ...showsTeam, settings: "{ allow: [TEAM, HASH] }" }, hidden],
    ["by both", { ...showsTeam, flags: mayShow, settings: "{ allow: [TEAM, HASH] }" }],
    [
      "one that osac.yml leaves out",
      { ...showsTeam, flags: mayShow, settings: "{ allow: [HASH] }" },
      narrowed,
    ],
    ["a secret variable", {}],
    ["a secret variable of osac.yml", { settings: "{ allow: [HASH] }" }],
    ["a secret variable that osac.yml leaves out", { settings: "{ allow: [TEAM] }" }, narrowed],
    ["a file that is shown", { ...showsFile, flags: mayMount }, hidden],
    ["a file that is shown, allowed by the job", { ...showsFile, flags: [...mayMount, ...mayShowFile] }],
    ["but not its directory", { ...showsFile, flags: mayShowFile }, outside],
  ])("%s", async ([, given, refusal]) => {
    const { code, err } = await plan(given);
    if (refusal === undefined)
      expect({ code, err }).toEqual({ code: 0, err: expect.not.stringContaining("error") });
    else expect({ code, err }).toEqual({ code: 3, err: expect.stringContaining(refusal) });
  });
});
