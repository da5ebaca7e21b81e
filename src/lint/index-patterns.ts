import { makeLintFinding } from "../errors.ts";
import { formatPath } from "../value/path.ts";
import { isPattern } from "./java-regex/java-regex.ts";
import type { TextCheck } from "./rule.ts";
import { replaceVariables } from "./variables.ts";

/** A reason why a pattern matches no index, the versions that it applies to, and a hint. */
interface Fault {
  readonly reason: string;
  readonly hint: string;
  readonly since?: string;
}

/**
 * Finds index patterns that match no valid index name (`MetadataCreateIndexService`). The server supports no
 * exclusions and no lists in them (seen on 2.19.4 and 3.4.0).
 */
export const patternWithoutIndex: TextCheck = (text) => {
  const fault = findFault(text);
  if (fault === undefined) return undefined;
  const { reason, hint, since } = fault;
  const servers = since === undefined ? {} : { servers: { since } };
  return ({ pointer, shown }) =>
    makeLintFinding("pattern-without-index", {
      pointer,
      message: `${formatPath(pointer)}: ${shown} matches no index, because ${reason}`,
      hint,
      ...servers,
    });
};

function findFault(text: string): Fault | undefined {
  if (wellFormed.test(text)) return undefined;
  // These may match: a regular expression, and a name by date. Another rule reports blank patterns.
  if (isPattern(text) || /^<.*>$/s.test(text) || text.trim() === "") return undefined;
  if (text === "_all") return allIndices;
  // Built-in roles have patterns like `*:.tasks`, which people copy.
  const fixed = replaceVariables(text, () => "x").replace(/^\*:/, "");
  return (
    findFirstCharacterFault(text) ??
    findForbiddenCharacterFault(fixed) ??
    (fixed === fixed.toLowerCase() ? undefined : capitals)
  );
}

/** The fast path for nearly every pattern. */
const wellFormed = /^[a-z0-9*?.][a-z0-9*?._-]*$/;

const allIndices: Fault = {
  reason: "servers since 2.19 read it as a name",
  hint: 'write "*"',
  since: "2.19",
};

const capitals: Fault = {
  reason: "the names of indices have no capital letters; only an alias can",
  hint: "write it in small letters",
};

function findFirstCharacterFault(text: string): Fault | undefined {
  if (text.startsWith("-")) {
    const hint = "write a regular expression that excludes names, for example /(?!admin).*/";
    return { reason: 'no name begins with "-", and the server has no exclusions here', hint };
  }
  if (!/^[_+]/.test(text)) return undefined;
  return { reason: `no name begins with "${text[0]!}"`, hint: "correct the pattern" };
}

function findForbiddenCharacterFault(text: string): Fault | undefined {
  const [character] = /[\s",:\\<>|#/]/.exec(text) ?? [];
  switch (character) {
    case undefined:
      return undefined;
    case ",":
      return { reason: "no name has a comma", hint: "make each pattern an item of its own" };
    case ":":
      return { reason: 'no name has ":"', hint: "write the names as they are called in the cluster itself" };
    default: {
      const what = /\s/.test(character) ? "a blank" : `"${character}"`;
      return { reason: `no name has ${what}`, hint: "correct the pattern" };
    }
  }
}
