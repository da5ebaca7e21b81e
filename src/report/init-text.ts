import { formatQuantity } from "./findings-text.ts";
import { printable } from "./printable.ts";
import { placeholdersText, type ExportResult } from "./export-text.ts";
import { measureWidth, applyStyle, type Theme } from "./theme.ts";

/** What the files are for that hold no entities of the cluster. */
const purposes: readonly (readonly [pattern: RegExp, purpose: string])[] = [
  [/^osac\.yml$/, "settings, explained"],
  [/^ca\.pem$/, "the certificate authority that was given"],
  [/^pipeline\//, "rights of a pipeline"],
  [/\/osac-plan\.yml$/, "what a pull request would change"],
  [/\/osac-apply\.yml$/, "applies it on merge"],
  [/\/osac-drift\.yml$/, "looks every hour"],
];

/** What `osac init` wrote, for people, and what is theirs to do next. */
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
  return `${heading}\n${lines.join("")}${placeholdersText(placeholders, theme)}\n${applyStyle(theme, "bold", "Next")}\n${next.join("")}`;
}

function findPurpose(file: string): string {
  return purposes.find(([pattern]) => pattern.test(file))?.[1] ?? "";
}

function planStep(directory: string): string[] {
  return [
    `osac plan ${directory}: there is nothing to change. Nothing was written to the cluster.`,
    `Read ${directory}/osac.yml, and name in it who must never be locked out (break_glass).`,
    "Commit the files to the main branch: settings of a pull request count once they are merged.",
  ];
}

function rightsStep(directory: string): string[] {
  return [
    `A pipeline gets users of its own: osac-plan, which only reads, and osac-apply. They are not in the cluster yet, and osac plan ${directory} does not look at ${directory}/pipeline. An administrator, once:`,
    `- puts the lines of ${directory}/pipeline/opensearch.yml into the opensearch.yml of every node,`,
    `- sets PLAN_USER_PASSWORD and APPLY_USER_PASSWORD, and runs osac apply ${directory}/pipeline,`,
    `- takes the # away before each line of ignore in ${directory}/osac.yml, else drift reports these users as unmanaged.`,
  ];
}

function presentRightsStep(directory: string): string[] {
  return [
    `The cluster has users or roles of a pipeline (osac-plan, osac-apply) already: they are not in these files, and ${directory}/osac.yml leaves them alone. ${directory}/pipeline is what this version of osac would make of them: an administrator compares with osac plan ${directory}/pipeline.`,
  ];
}

function workflowsStep(): string[] {
  return [
    "For the workflows: put the repository and the commit of the osac release that you use where they say OWNER/opensearch-security-as-code@0000…; set the variable OPENSEARCH_URL, the secret OSAC_PLAN_PASSWORD, and, in an environment called production that only the main branch may use, the secret OSAC_APPLY_PASSWORD.",
  ];
}
