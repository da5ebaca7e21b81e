import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseYaml } from "../../src/files/yaml/parse-yaml.ts";
import { kindNames, type KindName } from "../../src/model/kind-name.ts";
import type { Json } from "../../src/model/value.ts";
import { startSimulator, type Certificates, type Simulator } from "../../src/simulator/index.ts";

/** Entities by their names, as the cluster stores them. */
export type Entities = { [name: string]: Json };

/** What a folder of this directory tells, besides its files: `scenario.yml`. */
export interface Scenario {
  /** One or two sentences for whoever reads the folder. */
  readonly about: string;
  readonly command: "plan" | "drift";
  readonly caller: "user" | "certificate";
  readonly args: readonly string[];
  /** Arguments of the first run only: they ask for something to be sent that may be the same. */
  readonly once: readonly string[];
  /** Arguments of what is told here, which mean nothing to `apply`. */
  readonly shown: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What the cluster holds besides its administrator, by kind; a kind that is not named is empty or at its default. */
  readonly live: { readonly [Kind in KindName]?: Entities };
  /** What somebody makes of it after the plan was reviewed and before it is applied; null stands for nothing. */
  readonly meanwhile?: { readonly [Kind in KindName]?: Entities };
}

/** Reads a `scenario.yml`; what it does not say is the common case. */
export async function readScenario(folder: string): Promise<Scenario> {
  const { value, findings } = parseYaml("scenario.yml", await readFile(join(folder, "scenario.yml"), "utf8"));
  if (findings.length > 0) throw new Error(`${folder}: ${JSON.stringify(findings)}`);
  const common = { command: "plan", caller: "user", args: [], once: [], shown: [], env: {}, live: {} };
  return { ...common, ...(value as object) } as unknown as Scenario;
}

/** A cluster as the scenario has it: one administrator, and otherwise only what `live` says. */
export async function startCluster({ live }: Scenario, certificates: Certificates): Promise<Simulator> {
  const named = kindNames.filter((kind) => !["config", "audit", "allowlist"].includes(kind) || live[kind]);
  const documents = Object.fromEntries(
    named.map((kind) => [kind, { ...administrator[kind], ...live[kind] }]),
  );
  return startSimulator({ certificates, documents });
}

/** All reserved, so that no scenario has to speak of it. Its password is its name. */
const administrator: { readonly [Kind in KindName]?: Entities } = {
  rolesmapping: { all_access: { reserved: true, backend_roles: ["admin"] } },
  internalusers: {
    admin: {
      reserved: true,
      backend_roles: ["admin"],
      hash: "$2a$04$GQKtIVnVnYbBgSmMQm.duu6xIHFYfridC6T4ndofowdDv.VSFt11m",
    },
  },
};
