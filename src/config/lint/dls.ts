import { mapsOf, spoken, textOf } from "../pointer.ts";
import type { Remark, Rule } from "./remark.ts";

/** A DLS query is JSON with variables. The server takes any text; with a wrong one searches fail (2.19.4) or find nothing (3.4.0). */
export const dlsRule: Rule = ({ kind, body }) => {
  if (kind !== "roles") return [];
  return mapsOf(body["index_permissions"], "/index_permissions").flatMap(({ fields, pointer }) => {
    const text = textOf(fields["dls"]);
    if (text === undefined || text.trim() === "") return [];
    const fault = faultOf(text);
    return fault === undefined ? [] : [remark(`${pointer}/dls`, fault)];
  });
};

function remark(pointer: string, fault: string): Remark {
  return {
    code: "bad-dls",
    severity: "warning",
    pointer,
    message: `${spoken(pointer)} ${fault}; with it the role finds nothing, or its searches fail`,
    hint: 'write a query as JSON, for example {"term": {"owner": "${user.name}"}}',
  };
}

function faultOf(text: string): string | undefined {
  try {
    const query: unknown = JSON.parse(withoutVariables(text));
    if (typeof query !== "object" || query === null || Array.isArray(query)) return "is no JSON object";
    const queries = Object.keys(query);
    return queries.length === 1 ? undefined : `must hold one query, found ${queries.length}`;
  } catch {
    return "is no JSON";
  }
}

/**
 * Puts a value in the place of each variable, as the server does before it parses. `${user.roles}` and its like become
 * quoted names with commas between them; inside a text they end it, which the writer of `[${user.roles}]` wants.
 */
function withoutVariables(text: string): string {
  return text.replaceAll(/\$\{(?:user[._](?:security)?_?roles)\}/gi, '"x"').replaceAll(/\$\{[^}]*\}/g, "1");
}
