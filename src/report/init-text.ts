import { formatQuantity } from "./findings-text.ts";
import { printable } from "./printable.ts";
import { placeholdersText, type ExportResult } from "./export-text.ts";
import { measureWidth, applyStyle, type Theme } from "./theme.ts";

/** The purpose of each file that holds no entities of the cluster. */
const purposes: readonly (readonly [pattern: RegExp, purpose: string])[] = [
  [/^osac\.yml$/, "the settings of osac, explained"],
  [/^ca\.pem$/, "the certificate authority of the cluster"],
  [/^pipeline\/internal_users\.yml$/, "the users osac-plan and osac-apply, for pipelines"],
  [/^pipeline\/roles\.yml$/, "their roles"],
  [/^pipeline\/roles_mapping\.yml$/, "their role mappings"],
  [/^pipeline\/opensearch\.yml$/, "lines for the opensearch.yml of each node"],
  [/^pipeline\/osac\.yml$/, "the settings to apply this folder"],
  [/\/osac-plan\.yml$/, "shows the plan on a pull request"],
  [/\/osac-apply\.yml$/, "applies the plan on merge"],
  [/\/osac-fleet-plan\.yml$/, "shows the plans of all clusters on a pull request"],
  [/\/osac-fleet-apply\.yml$/, "applies the plans on merge, one group after the other"],
  [/\/osac-fleet-apply-group\.yml$/, "applies the plans of one group"],
  [/\/osac-fleet-drift\.yml$/, "looks for drift in all clusters every hour"],
  [/\/osac-drift\.yml$/, "looks for drift every hour"],
];

const builtInNote =
  "Built-in entities (reserved, hidden or static) are not in the files. osac does not change them.\n";

/** Formats the files that `osac init` wrote, and the next steps for the user. */
export function initText(
  result: ExportResult,
  { hasWorkflows, hasPipeline }: { readonly hasWorkflows: boolean; readonly hasPipeline: boolean },
  theme: Theme,
): string {
  const { cluster, directory, files, placeholders } = result;
  const heading = `${applyStyle(theme, "bold", "osac init")} · ${printable(`cluster ${cluster.name ?? "(name unknown)"} · into ${directory}`)}\n`;
  const width = measureWidth(files.map(({ file }) => file));
  const lines = files.map(({ file, entities }) => {
    const what = entities === undefined ? findPurpose(file) : formatQuantity(entities, "entity");
    return `  ${applyStyle(theme, "green", file.padEnd(width))}  ${what}\n`;
  });
  const next = [
    planStep,
    hasPipeline ? presentRightsStep : rightsStep,
    ...(hasWorkflows ? [workflowsStep] : []),
  ].map((step, index) => `  ${index + 1}. ${step(printable(directory)).join("\n     ")}\n`);
  return `${heading}\n${lines.join("")}\n${builtInNote}${placeholdersText(placeholders, theme)}\n${applyStyle(theme, "bold", "Next")}\n${next.join("")}`;
}

/** Returns the purpose of a file that `osac init` writes. */
export function findPurpose(file: string): string {
  return purposes.find(([pattern]) => pattern.test(file))?.[1] ?? "";
}

function planStep(directory: string): string[] {
  return [
    `Run osac plan ${directory}. It finds nothing to change, because the files are the state of the cluster.`,
    `Read ${directory}/osac.yml. Set break_glass in it, so that no plan can lock out your administrators.`,
    "Commit the files to the main branch. Settings in a pull request take effect after the merge.",
  ];
}

function rightsStep(directory: string): string[] {
  return [
    `Create two users for pipelines, as an administrator: osac-plan reads, osac-apply writes. osac plan ${directory} does not read the folder that declares them.`,
    `- Set PLAN_USER_PASSWORD and APPLY_USER_PASSWORD, and run osac apply ${directory}/pipeline.`,
    `- Add the lines of ${directory}/pipeline/opensearch.yml to the opensearch.yml of every node, and restart the nodes. If roles_enabled is there already, extend its list.`,
    `- Remove the # before each line of ignore in ${directory}/osac.yml. Otherwise osac drift reports these users as unmanaged.`,
  ];
}

function presentRightsStep(directory: string): string[] {
  return [
    `The cluster already has the users or roles of pipelines (osac-plan, osac-apply). osac init left them out of these files, and ${directory}/osac.yml ignores them.`,
    `As an administrator, compare them with those of this version of osac: osac plan ${directory}/pipeline.`,
  ];
}

function workflowsStep(): string[] {
  return [
    "In the workflows, replace OWNER/opensearch-security-as-code@0000… with the repository and the commit of the osac release that you use.",
    "- On GitHub, set the variable OPENSEARCH_URL and the secret OSAC_PLAN_PASSWORD.",
    "- Create an environment production that only the main branch may use. Give it the secret OSAC_APPLY_PASSWORD.",
  ];
}
