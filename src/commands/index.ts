import type { ExitReason } from "../errors.ts";
import type { OptionName } from "../config/options.ts";
import type { OutputFormat, Settings } from "../config/settings.ts";
import type { Io } from "./io.ts";

/** Does what the command is for, prints the result, and says why the run ends. */
type Run = (settings: Settings, io: Io) => Promise<ExitReason>;

/** A command as arguments name it. Its code is loaded only when it runs. */
export interface Command {
  readonly name: string;
  readonly describe: string;
  readonly takesDirectory: boolean;
  readonly options: readonly OptionName[];
  readonly outputs: readonly OutputFormat[];
  /** Writes to the cluster, so that only the command itself knows when it may stop. */
  readonly writes?: true;
  load(): Promise<{ readonly run: Run }>;
}

/** What every command understands. */
const common: readonly OptionName[] = ["config", "output", "verbose"];

/** How to reach the cluster and as whom. */
const connection: readonly OptionName[] = [
  "url",
  "username",
  "password",
  "passwordFile",
  "token",
  "tokenFile",
  "clientCert",
  "clientKey",
  "caCert",
  "insecure",
  "timeout",
  "apiPrefix",
];

/** What decides the changes. */
const reconciling: readonly OptionName[] = [
  "kinds",
  "strict",
  "prune",
  "setPassword",
  "setAllPasswords",
  "setSecret",
];

/** What a run may delete. */
const guarding: readonly OptionName[] = ["maxDeletes", "maxDeleteShare", "allowDelete"];

/** Every command, in the order of `--help`. */
export const commands: readonly Command[] = [
  {
    name: "validate",
    describe: "check the files: schema, references, lint; offline",
    takesDirectory: true,
    options: [...common, "kinds", "strict"],
    outputs: ["text", "json", "github"],
    load: () => import("./validate.ts"),
  },
  {
    name: "plan",
    describe: "show what apply would change; writes nothing",
    takesDirectory: true,
    options: [
      ...common,
      ...connection,
      ...reconciling,
      ...guarding,
      "passwordAlgorithm",
      "passwordCost",
      "detailedExitcode",
    ],
    outputs: ["text", "json", "markdown"],
    load: () => import("./plan.ts"),
  },
  {
    name: "apply",
    describe: "plan, ask, write, and read again what was written",
    takesDirectory: true,
    options: [
      ...common,
      ...connection,
      ...reconciling,
      ...guarding,
      "passwordAlgorithm",
      "passwordCost",
      "expectPlan",
      "yes",
    ],
    outputs: ["text", "json", "markdown"],
    writes: true,
    load: () => import("./apply.ts"),
  },
  {
    name: "drift",
    describe: "say what differs and who moved; writes nothing",
    takesDirectory: true,
    options: [...common, ...connection, "kinds", "strict", "prune", "base", "failOn"],
    outputs: ["text", "json", "markdown"],
    load: () => import("./drift.ts"),
  },
  {
    name: "status",
    describe: "say whether the cluster can be reached, as whom, and what that caller may do",
    takesDirectory: false,
    options: [...common, ...connection, "certDays"],
    outputs: ["text", "json"],
    load: () => import("./status.ts"),
  },
  {
    name: "export",
    describe: "write the live state as a directory whose plan is empty",
    takesDirectory: true,
    options: [...common, ...connection, "kinds", "all", "withHashes", "force"],
    outputs: ["text", "json"],
    load: () => import("./export.ts"),
  },
];
