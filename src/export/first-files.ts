import type { IgnoreRule } from "../model/plan.ts";

/** One of the first files, by its path from the directory of files. */
export interface FirstFile {
  readonly file: string;
  readonly text: string;
}

/** The connection to the cluster, which the next run needs as well. */
export interface Reached {
  readonly url: string;
  /** The PEM of the certificate authority that replaces the system's. */
  readonly caCert?: string | undefined;
}

/** The directory of the pipeline's permissions. A plan of the files beside it does not read it. */
const pipelineFolder = "pipeline";

/**
 * The entities of those permissions, for a cluster that has them already. The files beside it do not manage
 * them.
 */
export const pipelineRules: readonly IgnoreRule[] = (
  [
    ["roles", ["osac_plan", "osac_apply"]],
    ["rolesmapping", ["osac_plan", "osac_apply"]],
    ["internalusers", ["osac-plan", "osac-apply"]],
  ] as const
).flatMap(([kind, names]) =>
  names.map((name) => ({
    kind,
    name,
    reason: `applied from ${pipelineFolder}/ by an administrator`,
    setBy: "osac init",
  })),
);

/** The examples for the permissions of a pipeline. */
export const rightsExamples: readonly string[] = [
  "least-rights/internal_users.yml",
  "least-rights/opensearch.yml",
  "least-rights/roles.yml",
  "least-rights/roles_mapping.yml",
];
/** The files of `examples/` that `osac init --github` writes. */
export const workflowExamples: readonly string[] = [
  "github/plan.yml",
  "github/apply.yml",
  "github/drift.yml",
];

/** The files of `examples/` that `osac init --github --targets` writes. */
export const fleetWorkflowExamples: readonly string[] = [
  "github/fleet-plan.yml",
  "github/fleet-apply.yml",
  "github/fleet-apply-group.yml",
  "github/fleet-drift.yml",
];

const caFile = "ca.pem";

/**
 * Makes the settings of the files, and the certificate authority that they name.
 *
 * @param variables the variables of placeholders in the files
 * @param leftOut entities that the files leave to the permissions of the pipeline
 */
export function settingsFiles(
  reached: Reached,
  variables: readonly string[],
  leftOut: readonly IgnoreRule[],
): FirstFile[] {
  const certificates = extractCertificates(reached);
  return [
    { file: "osac.yml", text: settingsText(reached, certificates && caFile, variables, leftOut) },
    ...(certificates === undefined ? [] : [{ file: caFile, text: certificates }]),
  ];
}

/** A target of a new settings file. */
export interface FirstTarget {
  readonly name: string;
  readonly url: string;
  /** The beginning of the names of its own variables. */
  readonly prefix: string;
}

/** Makes the settings of several targets, with the layers that `osac export --targets` fills. */
export function targetSettingsFile(targets: readonly FirstTarget[]): FirstFile {
  return { file: "osac.yml", text: targetSettingsText(targets) };
}

/** Makes the permissions of the pipeline of several targets, and their settings. */
export function targetRightsFiles(
  targets: readonly FirstTarget[],
  examples: ReadonlyMap<string, string>,
): FirstFile[] {
  const lines = targets.map(({ name, url }) => `  ${name}: { cluster: { url: "${url}" } }\n`);
  const settings = `# An administrator applies this folder once, with osac apply --targets all.\ntargets:\n${lines.join("")}`;
  return placeRights(examples, settings);
}

/** Makes the permissions of a pipeline, which an administrator applies once, and their settings. */
export function rightsFiles(reached: Reached, examples: ReadonlyMap<string, string>): FirstFile[] {
  const ca = extractCertificates(reached) && `../${caFile}`;
  const settings = `# An administrator applies this folder once, with osac apply.\n${clusterText(reached, ca)}`;
  return placeRights(examples, settings);
}

function placeRights(examples: ReadonlyMap<string, string>, settings: string): FirstFile[] {
  return [
    ...rightsExamples.map((path) => ({
      file: `${pipelineFolder}/${fileNameBelow(path)}`,
      text: withoutEditorLine(examples.get(path)!),
    })),
    { file: `${pipelineFolder}/osac.yml`, text: settings },
  ];
}

/**
 * Matches a directory that a workflow can name as it is: no character has a meaning in YAML or in a path
 * filter.
 */
export const plainPath: RegExp = /^[A-Za-z0-9_][A-Za-z0-9_./-]*$/;

/**
 * Makes the workflows for a directory.
 *
 * @param top the top of the repository, from the directory: `..`
 * @param directory the directory, from the top of the repository: `security`
 */
export function workflowFiles(
  top: string,
  directory: string,
  examples: ReadonlyMap<string, string>,
): FirstFile[] {
  return [...examples].map(([path, text]) => ({
    file: `${top}/.github/workflows/osac-${fileNameBelow(path)}`,
    text: workflowText(text, directory),
  }));
}

/** Adapts a shipped workflow to another directory, and drops from its first line where to copy it. */
function workflowText(example: string, directory: string): string {
  const filter = directory === "." ? "**" : `${directory}/**`;
  return example
    .replace(/^# Copy to [^:]+: (.)/, (_, first: string) => `# ${first.toUpperCase()}`)
    .replaceAll('"security/**"', `"${filter}"`)
    .replaceAll("directory: security\n", `directory: ${directory}\n`)
    .replaceAll(" security --output", ` ${directory} --output`);
}

function fileNameBelow(path: string): string {
  return path.slice(path.indexOf("/") + 1);
}

/** Drops the line for editors, because the schema that it names lies elsewhere here. */
function withoutEditorLine(text: string): string {
  return text.replace(/^# yaml-language-server: .*\n/, "");
}

/** Extracts only the certificates: a file of an authority may also hold its key. */
function extractCertificates({ caCert }: Reached): string | undefined {
  const found = caCert?.match(/-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----/g) ?? [];
  return found.length === 0 ? undefined : `${found.join("\n")}\n`;
}

function clusterText({ url }: Reached, ca: string | undefined): string {
  return `cluster:\n  url: ${url}\n${ca === undefined ? "" : `  ca_cert: ${ca}\n`}`;
}

/** Formats osac.yml. A `#` before a setting turns it off, and `# ` begins a comment. */
function settingsText(
  reached: Reached,
  ca: string | undefined,
  variables: readonly string[],
  leftOut: readonly IgnoreRule[],
): string {
  return `# The settings of osac for these files. Flags and variables (OSAC_…) override them.
# Secrets do not belong here: the user and password of a run come from OSAC_USERNAME and OSAC_PASSWORD, or from files.
# A line that begins with # and no space is a setting that is turned off.

${clusterText(reached, ca)}
${commonText(variables, leftOut)}`;
}

/** Formats osac.yml of several targets. The first target is the canary, which `apply` writes first. */
function targetSettingsText(targets: readonly FirstTarget[]): string {
  const [canary, production] = ["canary", "production"];
  const order = targets.length === 1 ? [canary] : [canary, production];
  const entries = targets.map(
    ({ name, url }, index) => `  ${name}:
    group: ${index === 0 ? canary : production}
    cluster: { url: "${url}" }
    layers: [base, targets/${name}]
`,
  );
  return `# The clusters of these files, and their settings. Flags and variables (OSAC_…) override them.
# Secrets do not belong here: the user and password of a target come from its own variables, such as ${targets[0]!.prefix}PASSWORD.
# A line that begins with # and no space is a setting that is turned off. A target may have its own value of any setting.

# The groups in the order in which osac apply --targets writes them. A group waits until every cluster of the one before is applied and verified.
order: [${order.join(", ")}]

# base holds what all clusters have alike. A later layer adds, replaces or drops whole entities.
targets:
${entries.join("")}
# The certificate authority of the clusters, if it is not one of the system.
#cluster:
#  ca_cert: ca.pem

# The values of \${var.NAME} in the files. A target may have its own.
#variables:
#  team: search

${commonText([], [])}`;
}

/** Formats the settings that one cluster and several have alike. */
function commonText(variables: readonly string[], leftOut: readonly IgnoreRule[]): string {
  return `# Who must always be able to change the security configuration. osac refuses a plan that locks one of them out.
# Set it before the first apply.
#break_glass:
#  - user: emergency
#  - dn: CN=emergency,O=example

# Delete from the cluster what you removed from the files. The git history has to show that a file once declared it.
# Without these lines, osac deletes no entity.
#prune:
#  roles: removed
#  rolesmapping: removed

# How much one run may delete or revoke. osac refuses a run that does more, unless you approve each deletion by name.
guards:
  max_deletes: 5
  max_delete_share: 20%
#  allow_delete:
#    - { name: roles/old_reader, reason: replaced by logs_reader }

# Entities and fields that osac leaves alone, because somebody else manages them.
${ignoreText(leftOut)}

# The files may use any variable for a secret, except those of the job itself (its tokens, OSAC_PASSWORD, …).
# To allow fewer, list the variables that the files use. Merge a new variable here before the file that uses it.
#placeholders:
#  allow: ${formatAllowed(variables)}

# The roles in plugins.security.restapi.roles_enabled of opensearch.yml. No API shows them: list them if they are not
# the default ones.
#lockout:
#  rest_api_roles: [all_access, security_rest_api_access, osac_plan, osac_apply]
`;
}

/** Formats the rules. Without any, the rules for the permissions of the pipeline stand in comments. */
function ignoreText(rules: readonly IgnoreRule[]): string {
  const [sign, shown] = rules.length === 0 ? ["#", pipelineRules] : ["", rules];
  const lines = shown.map(
    ({ kind, name, reason }) => `${sign}  - { kind: ${kind}, name: ${name}, reason: ${reason} }`,
  );
  return [`${sign}ignore:`, ...lines].join("\n");
}

/** Formats the variables of hashes as one pattern, since each user has one, and other variables by name. */
function formatAllowed(variables: readonly string[]): string {
  const names = variables.map((variable) => variable.replace(/^OSAC_HASH_.*/, "OSAC_HASH_*"));
  return `[${[...new Set(["OSAC_HASH_*", ...names])].join(", ")}]`;
}
