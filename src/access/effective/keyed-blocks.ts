import { isExpression, isLiteral } from "../match-pattern.ts";
import type { Access } from "./access.ts";
import type { Unknown } from "./answer.ts";
import type { IndexFacts, NameIndex } from "./facts.ts";
import type { Block } from "./roles.ts";
import type { Caller } from "./subject.ts";
import { hasVariables, renderVariables } from "./variables.ts";

/** The blocks in force, or "unrestricted" if no block restricts the index. */
export type BlocksInForce = readonly Block[] | "unrestricted" | Open;

/** The reasons why osac cannot know the blocks in force. */
export interface Open {
  readonly reasons: readonly Unknown[];
}

/**
 * Finds the restricting blocks up to 2.19. The server stores each rule under the indices that its pattern
 * resolves to, or under the text of the pattern if it resolves to none. It then uses one matching key; if
 * several match, osac cannot know which one.
 */
export function findKeyedBlocks(
  access: Access,
  caller: Caller,
  isRestricting: (block: Block) => boolean,
  name: string,
): BlocksInForce {
  const kept = keepBlocks(access, caller, isRestricting, name);
  if ("code" in kept) return { reasons: [kept] };
  const fitting = [...kept].filter(([key]) => access.matches(key, name) !== "no");
  if (fitting.length === 0) return "unrestricted";
  if (fitting.length === 1) return [...new Set(fitting[0]![1])];
  const text = `the server takes one of ${fitting.map(([key]) => key).join(", ")}, and osac cannot tell which`;
  return { reasons: [{ code: "several-keys", text }] };
}

/** Collects the restricting blocks by the keys under which the server stores them. */
function keepBlocks(
  access: Access,
  caller: Caller,
  isRestricting: (block: Block) => boolean,
  name: string,
): Map<string, Block[]> | Unknown {
  const [byKey, free] = [new Map<string, Block[]>(), new Set<string>()];
  const blocks = caller.roles.flatMap(({ name: role }) => access.findRole(role)?.blocks ?? []);
  for (const block of blocks) {
    const keys = findBlockKeys(access, caller, block, name);
    if ("code" in keys) return keys;
    for (const key of keys)
      if (!isRestricting(block)) free.add(key);
      else if (!byKey.get(key)?.push(block)) byKey.set(key, [block]);
  }
  if (access.settings.dfm_empty_overrides_all) for (const key of free) byKey.delete(key);
  return byKey;
}

function findBlockKeys(
  access: Access,
  caller: Caller,
  { patterns }: Block,
  name: string,
): readonly string[] | Unknown {
  const keys = patterns.map(({ value }) => findKeys(access, caller, value, name));
  return (
    keys.find((one): one is Unknown => "code" in one) ?? keys.flatMap((one) => ("code" in one ? [] : one))
  );
}

/** Finds the keys of a pattern that can match a name. */
function findKeys(
  access: Access,
  caller: Caller,
  pattern: string,
  name: string,
): readonly string[] | Unknown {
  if (pattern.startsWith("<") && pattern.endsWith(">"))
    return { code: "date-math", text: `${pattern} depends on the day` };
  const rendered = hasVariables(pattern) ? renderVariables(access, caller, pattern) : pattern;
  if (typeof rendered !== "string") return rendered;
  const { names } = access;
  if (names === undefined) return [rendered];
  const reaches = (index: string, facts: IndexFacts): boolean => isReached(access, rendered, index, facts);
  const facts = names.indices.get(name);
  if (facts && reaches(name, facts)) return [name];
  return reachesAny(names, reaches) ? [] : [rendered];
}

function reachesAny({ indices }: NameIndex, reaches: (index: string, facts: IndexFacts) => boolean): boolean {
  for (const [index, facts] of indices) if (reaches(index, facts)) return true;
  return false;
}

/**
 * True if a pattern resolves to an index: in core, to which only `*` is a wildcard, or in the plugin by an
 * alias or a data stream.
 */
function isReached(access: Access, pattern: string, index: string, facts: IndexFacts): boolean {
  const { aliases, stream, isHidden } = facts;
  if (pattern === "_all") return !isHidden || stream !== undefined;
  const core = readCorePattern(access, pattern);
  const plugin = (text: string): boolean => !isLiteral(pattern) && access.matches(pattern, text) === "yes";
  // Wildcards match no hidden index, except that `.patterns` match `.names`.
  const isVisible = !isHidden || !pattern.includes("*") || (index.startsWith(".") && pattern.startsWith("."));
  if (isVisible && core(index)) return true;
  return [...aliases, ...(stream === undefined ? [] : [stream])].some((text) => core(text) || plugin(text));
}

function readCorePattern(access: Access, pattern: string): (text: string) => boolean {
  const isWildcard = pattern.includes("*") && !isExpression(pattern) && !pattern.includes("?");
  return (text) => (isWildcard ? access.matches(pattern, text) === "yes" : pattern === text);
}
