import type { ExitReason } from "../exit-codes.ts";
import type { Result } from "../report/command-result.ts";
import { listOptions, type OptionName } from "../settings/options.ts";
import type { OutputFormat, Settings } from "../settings/settings.ts";
import type { Io } from "./io.ts";

/** The end of a command: the exit reason, and the result to print; no result if the user declined. */
export interface Ended {
  readonly reason: ExitReason;
  readonly result?: Result;
}

/** Runs a command. The result is printed in the format of the run. */
type Run = (settings: Settings, io: Io) => Promise<Ended>;

/** A word that a command takes besides its flags. */
export interface Argument {
  readonly name: string;
  /** The noun in messages. */
  readonly what: string;
  readonly describe: string;
  readonly isRequired?: true;
  /** The command takes one or more of it. */
  readonly isRepeatable?: true;
  readonly choices?: readonly string[];
}

/** The directory whose settings apply, and the words of a command that takes other words than a directory. */
export interface Subject {
  readonly directory: string;
  readonly words?: readonly string[];
}

/** A command of one word or two. Its code is loaded only when it runs. */
export interface Command {
  readonly name: string;
  readonly describe: string;
  /** The command reads the settings of each target itself, and has one result for all of them. */
  isJoint?(flags: ReadonlyMap<OptionName, unknown>): boolean;
  /** Required words come first; the directory is the last. */
  readonly words?: readonly Argument[];
  readonly options: readonly OptionName[];
  readonly outputs: readonly OutputFormat[];
  /** Resolves the words of the command, if that needs to read the disk. */
  findSubject?(given: Required<Subject>, cwd: string): Promise<Subject>;
  load(): Promise<{ readonly run: Run }>;
}

/** The directory, which most commands take. */
export const directory: Argument = {
  name: "dir",
  what: "directory's name",
  describe: "the directory of files, by default the current one",
};

/** Options for making and checking a plan of files. */
const planning: readonly OptionName[] = [
  ...listOptions("common"),
  "quiet",
  ...listOptions("connection", "facts", "reconciling", "guarding", "placeholders"),
  "verifyPasswords",
  ...listOptions("hashing"),
];

/** Options for questions about access. */
const asking: readonly OptionName[] = [
  ...listOptions("common", "connection", "placeholders"),
  "live",
  "plan",
  ...listOptions("facts"),
];

/** Options to compare an answer with that of the cluster. */
const verifying: readonly OptionName[] = ["verify", "subjectPassword", "subjectPasswordFile"];

/** One side of a comparison of access. */
function makeSide(name: string, what: string): Argument {
  return { name, what, describe: `${what}: a directory, git:REF or live`, isRequired: true };
}

const subject: Argument = {
  name: "subject",
  what: "subject",
  describe: "user:NAME, role:BACKEND_ROLE, external:NAME, everyone or anonymous",
  isRequired: true,
};

const subjects: Argument = {
  ...subject,
  describe: `one or more of ${subject.describe}; then the directory, by default the current one`,
  isRepeatable: true,
};

const operation: Argument = {
  name: "operation",
  what: "operation",
  describe: "an operation such as search, as osac access operations lists them, or an action",
  isRequired: true,
};

const resource: Argument = {
  name: "resource",
  what: "resource",
  describe: "index names, aliases or wildcards separated by commas; tenant:NAME; cluster",
  isRequired: true,
};

/** All commands, in the order of `--help`. */
export const commands: readonly Command[] = [
  {
    name: "validate",
    describe: "check the files offline: schema, references, lint",
    words: [directory],
    options: [
      ...listOptions("common", "fleet"),
      "quiet",
      "kinds",
      "strict",
      ...listOptions("placeholders"),
      "secrets",
      "validateFor",
      "serverVersion",
      ...listOptions("facts"),
    ],
    outputs: ["text", "json", "github", "junit"],
    load: () => import("./validate.ts"),
  },
  {
    name: "plan",
    describe: "show what apply would change; writes nothing",
    words: [directory],
    options: [...planning, ...listOptions("fleet"), "secrets", "out", "expires", "detailedExitcode"],
    outputs: ["text", "json", "markdown", "github", "junit"],
    load: () => import("./plan.ts"),
  },
  {
    name: "apply",
    describe: "show the plan, ask, write the changes and verify them",
    words: [directory],
    options: [
      ...planning,
      ...listOptions("fleet"),
      "plan",
      "expectPlan",
      "plans",
      "passGate",
      ...listOptions("writing"),
    ],
    outputs: ["text", "json", "markdown", "github", "junit"],
    load: () => import("./apply.ts"),
  },
  {
    name: "rollback",
    describe: "restore what an earlier apply changed, from its backup",
    words: [
      {
        name: "file",
        what: "file's name",
        describe: "a backup file; or a directory of files, by default the current one, for the newest backup",
      },
    ],
    options: [
      ...listOptions("common", "connection"),
      "strict",
      "ignore",
      ...listOptions("guarding", "hashing", "writing"),
    ],
    outputs: ["text", "json", "markdown"],
    findSubject: async ({ words }, cwd) => (await import("./find-backup.ts")).findSubject(words[0], cwd),
    load: () => import("./rollback.ts"),
  },
  {
    name: "drift",
    describe: "show what differs, and whether the cluster or the files changed; writes nothing",
    words: [directory],
    options: [
      ...listOptions("common", "connection", "fleet"),
      "quiet",
      "kinds",
      "strict",
      "prune",
      "historyPaths",
      "ignore",
      ...listOptions("placeholders"),
      "secrets",
      "verifyPasswords",
      "base",
      "failOn",
      "allowEscalation",
      "metrics",
    ],
    outputs: ["text", "json", "markdown"],
    load: () => import("./drift.ts"),
  },
  {
    name: "status",
    describe: "show the connection, the caller and what the caller may read and write",
    words: [directory],
    options: [
      ...listOptions("common", "connection", "fleet"),
      "quiet",
      "certDays",
      "probeReload",
      "serviceReport",
    ],
    outputs: ["text", "json"],
    load: () => import("./status.ts"),
  },
  {
    name: "export",
    describe: "write the live configuration into files",
    words: [directory],
    options: [
      ...listOptions("common", "connection", "fleet"),
      "kinds",
      "ignore",
      "all",
      "withHashes",
      "keepPlaceholders",
      "force",
    ],
    outputs: ["text", "json"],
    isJoint: (flags) => flags.has("targetSelection"),
    load: () => import("./export.ts"),
  },
  {
    name: "targets",
    describe: "list the targets of osac.yml, as a table or as a matrix of jobs",
    words: [directory],
    options: listOptions("common"),
    outputs: ["text", "json", "matrix"],
    load: () => import("./targets.ts"),
  },
  {
    name: "compare",
    describe: "show what differs between two targets, in their files or clusters: exit 2 if so",
    words: [
      { name: "before", what: "first target", describe: "the name of a target", isRequired: true },
      { name: "after", what: "second target", describe: "the name of another target", isRequired: true },
      directory,
    ],
    options: [...listOptions("common", "connection"), "live"],
    outputs: ["text", "json", "markdown"],
    isJoint: () => true,
    load: () => import("./compare.ts"),
  },
  {
    name: "report merge",
    describe: "join the reports of several targets into one table, comment and exit code",
    words: [
      {
        name: "reports",
        what: "directory of reports",
        describe: "the directory with the JSON reports of the targets, one file each",
        isRequired: true,
      },
      directory,
    ],
    options: [...listOptions("common"), "quiet"],
    outputs: ["text", "json", "markdown"],
    load: () => import("./report-merge.ts"),
  },
  {
    name: "render",
    describe: "write the files of a target as a plain directory: layers merged, variables filled",
    words: [directory],
    options: [...listOptions("common"), "layers", "variables", "out", "force"],
    outputs: ["text", "json"],
    load: () => import("./render.ts"),
  },
  {
    name: "init",
    describe:
      "bootstrap a directory from an existing cluster: files, settings, pipeline users, workflows; --targets NAME,… begins one for several clusters",
    words: [directory],
    options: [
      ...listOptions("common", "connection"),
      "targetSelection",
      "kinds",
      "ignore",
      "keepPlaceholders",
      "github",
    ],
    outputs: ["text", "json"],
    isJoint: (flags) => flags.has("targetSelection"),
    load: () => import("./init.ts"),
  },
  {
    name: "cache flush",
    describe: "flush the authentication cache: all users authenticate again",
    options: [...listOptions("common", "connection"), "user", "yes"],
    outputs: ["text", "json"],
    load: () => import("./cache-flush.ts"),
  },
  {
    name: "certificates reload",
    describe: "reload the renewed certificates of the connected node, without a restart",
    words: [
      {
        name: "layer",
        what: "layer",
        describe: "the layer that uses the certificates",
        isRequired: true,
        choices: ["http", "transport"],
      },
    ],
    options: [...listOptions("common", "connection"), "yes"],
    outputs: ["text", "json"],
    load: () => import("./certificates-reload.ts"),
  },
  {
    name: "account password",
    describe: "change the caller's own password and verify the new one with a login",
    options: [...listOptions("common", "connection"), "newPassword", "newPasswordFile", "yes"],
    outputs: ["text", "json"],
    load: () => import("./account-password.ts"),
  },
  {
    name: "access operations",
    describe: "list the operations to ask about, such as search, with the permissions that each needs",
    options: listOptions("common"),
    outputs: ["text", "json"],
    load: () => import("./access-operations.ts"),
  },
  {
    name: "access facts",
    describe:
      "read the names of indices, aliases and data streams, so that osac access can answer without the cluster",
    words: [directory],
    options: [...listOptions("common", "connection"), "out"],
    outputs: ["text", "json"],
    load: () => import("./access-facts.ts"),
  },
  {
    name: "access can",
    describe: "show whether somebody can do something, by the files or the cluster: exit 0 if so, 2 if not",
    words: [subject, operation, resource, directory],
    options: [...asking, ...listOptions("caller"), ...verifying],
    outputs: ["text", "json"],
    load: () => import("./access-can.ts"),
  },
  {
    name: "access explain",
    describe: "show why somebody can or cannot do something, and what to add",
    words: [subject, operation, resource, directory],
    options: [...asking, ...listOptions("caller"), "restApiRoles", ...verifying],
    outputs: ["text", "json"],
    load: () => import("./access-explain.ts"),
  },
  {
    name: "access list",
    describe: "list what somebody can do: the cluster, index names, tenants",
    words: [subject, directory],
    options: [...asking, ...listOptions("caller"), ...verifying],
    outputs: ["text", "json"],
    load: () => import("./access-list.ts"),
  },
  {
    name: "access who",
    describe: "list who can do something: internal users, and entries of role mappings",
    words: [operation, resource, directory],
    options: [...asking, "address"],
    outputs: ["text", "json"],
    load: () => import("./access-who.ts"),
  },
  {
    name: "access report",
    describe: "write an HTML page: who has which access to index patterns, tenants and the cluster",
    words: [directory],
    options: [...asking, "html", "restApiRoles"],
    outputs: ["text", "json"],
    load: () => import("./access-report.ts"),
  },
  {
    name: "access record",
    describe: "write access tests for what somebody can do now, as a safety net before a change",
    words: [subjects],
    options: [...asking, ...listOptions("caller"), "force"],
    outputs: ["text", "json"],
    findSubject: async (given) => (await import("./access-sides.ts")).findTestedDirectory(given),
    load: () => import("./access-record.ts"),
  },
  {
    name: "access diff",
    describe:
      "show who gains or loses access between two directories, git references or the cluster: exit 2 if so",
    words: [makeSide("before", "first side"), makeSide("after", "second side"), directory],
    options: [
      ...listOptions("common", "connection", "placeholders"),
      ...listOptions("facts"),
      "restApiRoles",
    ],
    outputs: ["text", "json", "markdown"],
    findSubject: async (given) => (await import("./access-sides.ts")).findSubject(given),
    load: () => import("./access-diff.ts"),
  },
];

/** Finds the command of this name. */
export function findCommand(name: string): Command | undefined {
  return commands.find((command) => command.name === name);
}
