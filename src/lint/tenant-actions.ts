import { makeLintFinding } from "../errors.ts";
import { matchesWildcards } from "../value/wildcards.ts";
import { formatPath } from "../value/path.ts";
import { findTexts, listTexts } from "../value/texts.ts";
import type { RoleRule } from "./role-blocks.ts";

/** The server compares this text, and reads every other list as a permission to read. */
const writing = "kibana:saved_objects/*/write";

/** Finds tenant permissions that look like everything and permit reading only. */
export const tenantActionRule: RoleRule = (_, { ofTenants }) =>
  ofTenants.flatMap(({ fields, pointer }) => {
    const list = fields["allowed_actions"];
    const wide = findTexts(list, `${pointer}/allowed_actions`, isWide);
    if (wide.length === 0 || listTexts(list).some(isWriting)) return [];
    return wide.map((at) =>
      makeLintFinding("tenant-only-reads", {
        pointer: at.pointer,
        message: `${formatPath(at.pointer)}: ${at.shown} lets the role only read the tenant`,
        hint: "write kibana_all_write, or kibana_all_read if only reading is meant",
      }),
    );
  });

function isWriting(text: string): boolean {
  return text === writing || text === "kibana_all_write";
}

function isWide(text: string): boolean {
  return text === "unlimited" || (text.includes("*") && matchesWildcards(text, writing));
}
