import { isClusterAction } from "../access/effective/actions.ts";
import { findGeneration } from "../access/effective/generation.ts";
import { makeLintFinding } from "../errors.ts";
import type { LintFinding } from "../model/finding.ts";
import { formatPath } from "../value/path.ts";
import { findTexts, listTexts, type TextAt } from "../value/texts.ts";
import { parseVersion } from "../value/version.ts";
import { knownActions } from "./known-actions.ts";
import type { RoleRule } from "./role-blocks.ts";

/** All supported servers look up the known actions in the same list. */
const generation = findGeneration(parseVersion("3.4.0"));

/**
 * Finds actions that the server looks up in the other list of a role: it looks up `cluster:…` and a few others
 * in `cluster_permissions`, and the rest in `index_permissions`. Names with wildcards may match both. A role
 * that has the action in the right list, too, gets no finding.
 */
export const misplacedActionRule: RoleRule = ({ body }, { ofIndices }) => {
  const ofCluster = body["cluster_permissions"];
  const forIndices = findTexts(ofCluster, "/cluster_permissions", isIndexAction);
  const forCluster = ofIndices.flatMap(({ fields, pointer }) =>
    findTexts(fields["allowed_actions"], `${pointer}/allowed_actions`, isForCluster),
  );
  return [
    ...misplacedFindings(forIndices, "index_permissions", () =>
      ofIndices.flatMap(({ fields }) => listTexts(fields["allowed_actions"])),
    ),
    ...misplacedFindings(forCluster, "cluster_permissions", () => listTexts(ofCluster)),
  ];
};

function misplacedFindings(
  found: readonly TextAt[],
  where: string,
  listGiven: () => readonly string[],
): LintFinding[] {
  if (found.length === 0) return [];
  const permissions = listGiven();
  // A list may repeat an action often, so each action is looked up once.
  const given = new Set(
    [...new Set(found.map(({ text }) => text))].filter((text) => isGiven(text, permissions)),
  );
  return found.filter(({ text }) => !given.has(text)).map((at) => misplacedFinding(at, where));
}

/** A name without `:` is a group, which may contain anything. */
function isGiven(action: string, permissions: readonly string[]): boolean {
  return permissions.some(
    (one) =>
      one === action || !one.includes(":") || (one.endsWith("*") && action.startsWith(one.slice(0, -1))),
  );
}

function isIndexAction(text: string): boolean {
  return isKnown(text) && text.startsWith("indices:") && !isClusterAction(text, generation);
}

function isForCluster(text: string): boolean {
  return isKnown(text) && isClusterAction(text, generation);
}

function isKnown(text: string): boolean {
  return knownActions.has(text) && !/[*?]/.test(text);
}

function misplacedFinding({ pointer, shown }: TextAt, where: string): LintFinding {
  return makeLintFinding("misplaced-action", {
    pointer,
    message: `${formatPath(pointer)}: ${shown} permits nothing here, because the server looks it up in ${where}`,
    hint: `move it to ${where}`,
  });
}
