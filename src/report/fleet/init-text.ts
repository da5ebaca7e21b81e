import { findPurpose } from "../init-text.ts";
import { documentVersion } from "../json-text.ts";
import { printable } from "../printable.ts";
import { applyStyle, measureWidth, type Theme } from "../theme.ts";

/** The files that `osac init --targets` wrote. */
interface TargetsBegun {
  readonly directory: string;
  readonly targets: readonly { readonly name: string; readonly url: string }[];
  readonly files: readonly { readonly file: string; readonly result: "written" }[];
}

/** Makes the document of `osac init --targets`; its schema is in `schemas/export.schema.json`. */
export function initTargetsDocument(begun: TargetsBegun, exitCode: number): object {
  const head = { version: documentVersion, command: "init", exitCode };
  return { ...head, ...begun, placeholders: [], findings: [] };
}

/** Formats the files that `osac init --targets` wrote, and the next steps for the user. */
export function initTargetsText(
  { directory, targets, files }: TargetsBegun,
  { hasWorkflows }: { readonly hasWorkflows: boolean },
  theme: Theme,
): string {
  const heading = `${applyStyle(theme, "bold", "osac init")} · ${printable(`${targets.map(({ name }) => name).join(", ")} · into ${directory}`)}\n`;
  const width = measureWidth(files.map(({ file }) => file));
  const lines = files.map(
    ({ file }) => `  ${applyStyle(theme, "green", file.padEnd(width))}  ${findPurpose(file)}\n`,
  );
  const next = [settingsStep, exportStep, rightsStep, ...(hasWorkflows ? [workflowsStep] : [])].map(
    (step, index) => `  ${index + 1}. ${step(printable(directory), targets[0]!.name).join("\n     ")}\n`,
  );
  return `${heading}\n${lines.join("")}\n${applyStyle(theme, "bold", "Next")}\n${next.join("")}`;
}

function settingsStep(directory: string): string[] {
  return [
    `Read ${directory}/osac.yml. Correct the groups, and set ca_cert and break_glass: who must never be locked out.`,
  ];
}

function exportStep(directory: string): string[] {
  return [
    `Set the login of each target in its own variables, and run osac export ${directory} --targets all. It writes what all clusters have alike into base, and the rest into the layers of the targets.`,
    `Run osac plan ${directory} --targets all. It finds nothing to change. Commit the files to the main branch.`,
  ];
}

function rightsStep(directory: string): string[] {
  return [
    `Create the users of the pipeline, osac-plan (reads) and osac-apply (writes), in each cluster. Once, as an administrator:`,
    `- Add the lines of ${directory}/pipeline/opensearch.yml to the opensearch.yml of every node, and restart the nodes. If roles_enabled is there already, extend its list.`,
    `- Set PLAN_USER_PASSWORD and APPLY_USER_PASSWORD, and run osac apply ${directory}/pipeline --targets all --yes. For passwords of its own, run it for one --target after the other.`,
    `- Remove the # before each line of ignore in ${directory}/osac.yml. Otherwise drift reports these users as unmanaged.`,
  ];
}

function workflowsStep(_: string, first: string): string[] {
  return [
    "In the workflows, replace OWNER/opensearch-security-as-code@0000… with the repository and the commit of the osac release that you use.",
    `On GitHub, create two environments for each target, such as ${first} and ${first}-plan: the first with the secret OSAC_APPLY_PASSWORD and reviewers, for the main branch alone, the second with OSAC_PLAN_PASSWORD.`,
  ];
}
