import { makeLintFinding } from "../errors.ts";
import { Secret } from "../secrets/secret.ts";
import { toStoredText } from "../value/texts.ts";
import { formatPath } from "../value/path.ts";
import { findQueryFault, type QueryFault } from "./dls-query.ts";
import { readQuery } from "./dls-json.ts";
import type { LintFinding } from "../model/finding.ts";
import type { RoleRule } from "./role-blocks.ts";
import { findVariables, replaceVariables } from "./variables.ts";

/**
 * The first version that ignores a query that it cannot read, and then shows every document
 * (`CompiledRoles`).
 */
const passedOverSince = "3.6";

/**
 * Checks DLS queries: JSON with variables. The server accepts any text. With a wrong query, searches fail
 * (2.19.4), find nothing (3.4.0) or show every document (3.8, but queries with variables fail in every
 * version).
 */
export const dlsRule: RoleRule = (_, { ofIndices }) =>
  ofIndices.flatMap(({ fields, pointer }) => {
    const { dls } = fields;
    const text = toStoredText(dls);
    if (text === undefined || text === "") return [];
    if (text.trim() === "") return [blankFinding(`${pointer}/dls`)];
    const found = findDlsFault(text);
    if (found === undefined) return [];
    return [dlsFinding(`${pointer}/dls`, text, dls instanceof Secret ? withoutWords(found) : found)];
  });

function findDlsFault(text: string): QueryFault | undefined {
  const read = readQuery(withoutVariables(text));
  return "fault" in read ? { fault: read.fault, isCertain: true } : findQueryFault(read.query);
}

/** Describes a fault without quoting the query. */
function withoutWords({ isCertain }: QueryFault): QueryFault {
  return { fault: "is no query that the server takes", isCertain };
}

function dlsFinding(pointer: string, text: string, { fault, hint, isCertain }: QueryFault): LintFinding {
  const isFilledIn = findVariables(text).length > 0;
  const effect = isFilledIn
    ? "with it searches of the role fail, or find nothing"
    : `before ${passedOverSince} the role then finds nothing, or its searches fail; from ${passedOverSince} on it sees every document`;
  return makeLintFinding("bad-dls", {
    pointer,
    message: `${formatPath(pointer)} ${fault}; ${effect}`,
    hint: hint ?? 'write a query as JSON, for example {"term": {"owner": "${user.name}"}}',
    harmfulSince: isFilledIn || !isCertain ? undefined : passedOverSince,
  });
}

/** Seen on 2.19.4 and 3.4.0. */
function blankFinding(pointer: string): LintFinding {
  return makeLintFinding("bad-dls", {
    pointer,
    message: `${formatPath(pointer)} is blank; before 3.0 searches of the role fail, from 3.0 on it sees every document`,
    hint: "write a query as JSON, or remove the field",
    harmfulSince: "3.0",
  });
}

/**
 * Replaces each variable with a value, as the server does before it parses the query. `${user.roles}` and
 * similar variables become quoted names with commas between them. Inside a text, these quotes end the text,
 * which the author of `[${user.roles}]` wants.
 */
function withoutVariables(text: string): string {
  return replaceVariables(text, (name) => (/^user[._](?:roles|securityRoles)$/.test(name) ? '"x"' : "1"));
}
