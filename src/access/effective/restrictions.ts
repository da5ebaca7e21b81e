import type { Access } from "./access.ts";
import { isUnknown, type Link, type Unknown } from "./answer.ts";
import { coveringNames } from "./facts.ts";
import { findKeyedBlocks, type BlocksInForce, type Open } from "./keyed-blocks.ts";
import { coverWith } from "./permissions.ts";
import { readQuery } from "./queries.ts";
import type { Block } from "./roles.ts";
import { mappingDoubt, type Caller } from "./subject.ts";
import { hasVariables, matchPattern, renderVariables } from "./variables.ts";

/** The three restrictions of a block; each is judged separately. */
export type Restriction = "dls" | "fls" | "masked_fields";

/** The documents of one index that a caller sees. */
type VisibleDocuments =
  | { readonly are: "all" }
  /** Those that match one of the queries. */
  | { readonly are: "some"; readonly queries: readonly Entry[] }
  | { readonly are: "none"; readonly why: string }
  /** Every request on the index fails. */
  | { readonly are: "errors"; readonly why: string }
  | { readonly are: "unknown"; readonly reasons: readonly Unknown[] };

export type VisibleFields =
  | { readonly are: "all" }
  | { readonly are: "only" | "all-but"; readonly patterns: readonly Entry[] }
  | { readonly are: "none" }
  | { readonly are: "unknown"; readonly reasons: readonly Unknown[] };

export type MaskedFields =
  | { readonly are: "none" }
  | { readonly are: "some"; readonly patterns: readonly Entry[] }
  | { readonly are: "unknown"; readonly reasons: readonly Unknown[] };

/** A query or a pattern of a restriction, as it counts for the caller, and its place. */
interface Entry {
  readonly value: string;
  readonly link: Link;
}

/** The restrictions in force for a caller on one index. */
export interface Restrictions {
  readonly documents: VisibleDocuments;
  readonly fields: VisibleFields;
  readonly masks: MaskedFields;
}

/** Finds the restrictions on an index for a caller that may read it. */
export function findRestrictions(access: Access, caller: Caller, name: string): Restrictions {
  if (caller.isCertificate)
    return { documents: { are: "all" }, fields: { are: "all" }, masks: { are: "none" } };
  const findBlocks = createBlockFinder(access, caller, name);
  const found: Restrictions = {
    documents: findDocuments(access, caller, findBlocks("dls")),
    fields: findFields(findBlocks("fls")),
    masks: findMasks(findBlocks("masked_fields")),
  };
  return { ...found, documents: withoutBlindQueries(access, found) };
}

/** True if any restriction is in force, so that updates and clones of the index fail. */
export function isRestricted({ documents, fields, masks }: Restrictions): boolean | "unknown" {
  if (documents.are === "unknown" || fields.are === "unknown" || masks.are === "unknown") return "unknown";
  return documents.are !== "all" || fields.are !== "all" || masks.are !== "none";
}

function findDocuments(access: Access, caller: Caller, blocks: BlocksInForce): VisibleDocuments {
  if (isOpen(blocks)) return { are: "unknown", reasons: blocks.reasons };
  if (blocks === "unrestricted") return { are: "all" };
  if (blocks.length === 0) return { are: "none", why: "no rule of the caller's roles is for this index" };
  const rendered = blocks.map((block) => renderQuery(access, caller, block));
  const doubts = rendered.filter((one) => isUnknown(one));
  if (doubts.length > 0) return { are: "unknown", reasons: doubts };
  return judgeQueries(access, rendered as Entry[]);
}

function judgeQueries({ generation }: Access, queries: readonly Entry[]): VisibleDocuments {
  const lacking = queries.find(({ value }) => hasVariables(value));
  if (lacking && generation.collectsRestrictions)
    return { are: "errors", why: `${lacking.value} asks for an attribute that the caller does not have` };
  const doubtful = queries.find(({ value }) => readQuery(value).isQuery !== true);
  if (doubtful === undefined) return { are: "some", queries };
  if (generation.brokenQuery === "fails" && readQuery(doubtful.value).isQuery === false)
    return { are: "errors", why: `${doubtful.value} is no query` };
  const text = `${doubtful.value} is, or may be, no query: what comes of that depends on the version of the server`;
  return { are: "unknown", reasons: [{ code: "broken-query", text }] };
}

/** A query finds nothing if the caller does not see its field, or sees it masked. */
function withoutBlindQueries(access: Access, { documents, fields, masks }: Restrictions): VisibleDocuments {
  if (documents.are !== "some" || (fields.are === "all" && masks.are === "none")) return documents;
  const sights = documents.queries.map(({ value }) => findSight(access, value, fields, masks));
  if (sights.includes(undefined)) {
    const text = "a document restriction asks for fields that may be hidden or masked from the caller";
    return { are: "unknown", reasons: [{ code: "broken-query", text }] };
  }
  const queries = documents.queries.filter((_, index) => sights[index]);
  if (queries.length > 0) return { are: "some", queries };
  return {
    are: "none",
    why: "the documents are restricted by a field that is hidden or masked from the caller",
  };
}

/** True if the caller sees the field that the query compares. */
function findSight(
  access: Access,
  query: string,
  fields: VisibleFields,
  masks: MaskedFields,
): boolean | undefined {
  const { field, isFieldless } = readQuery(query);
  if (isFieldless) return true;
  if (field === undefined) return undefined;
  // A sub-field such as `.keyword` follows its parent. Only the index mapping distinguishes it from a member
  // of an object.
  const plain = field.replace(/\.keyword$/, "");
  const [isVisible, isMasked] = [isFieldVisible(access, fields, plain), isFieldMasked(access, masks, plain)];
  if (isVisible === false || isMasked === true) return false;
  return isVisible === true && isMasked === false ? true : undefined;
}

function renderQuery(access: Access, caller: Caller, block: Block): Entry | Unknown {
  const query = block.query!;
  const value = hasVariables(query) ? renderVariables(access, caller, query) : query;
  return typeof value === "string" ? { value, link: linkTo(block, "dls", query) } : value;
}

function findFields(blocks: BlocksInForce): VisibleFields {
  if (isOpen(blocks)) return { are: "unknown", reasons: blocks.reasons };
  if (blocks === "unrestricted") return { are: "all" };
  if (blocks.length === 0) return { are: "none" };
  const entries = blocks.flatMap((block) => listEntries(block, "fls", block.fields));
  const excluded = entries.filter(({ value }) => /^[~!]/.test(value));
  if (excluded.length === 0) return { are: "only", patterns: entries };
  return { are: "all-but", patterns: excluded.map(({ value, link }) => ({ value: value.slice(1), link })) };
}

function findMasks(blocks: BlocksInForce): MaskedFields {
  if (isOpen(blocks)) return { are: "unknown", reasons: blocks.reasons };
  if (blocks === "unrestricted" || blocks.length === 0) return { are: "none" };
  return {
    are: "some",
    patterns: blocks.flatMap((block) => listEntries(block, "masked_fields", block.masks)),
  };
}

function listEntries(block: Block, field: Restriction, values: readonly string[]): Entry[] {
  return values.map((value, index) => ({ value, link: linkTo(block, `${field}/${index}`, value) }));
}

function linkTo({ role, pointer }: Block, field: string, value: string): Link {
  return { kind: "roles", name: role, pointer: `${pointer}/${field}`, value };
}

function isOpen(blocks: BlocksInForce): blocks is Open {
  return typeof blocks === "object" && "reasons" in blocks;
}

/** Returns a function that finds the blocks of each restriction on one index. */
function createBlockFinder(
  access: Access,
  caller: Caller,
  name: string,
): (restriction: Restriction) => BlocksInForce {
  const doubt = mappingDoubt(access);
  if (doubt) return () => ({ reasons: [doubt] });
  const covering = access.generation.collectsRestrictions
    ? findCoveringBlocks(access, caller, name)
    : undefined;
  return (restriction) => {
    const doubts = findRoleDoubts(access, caller, restriction);
    if (doubts.length > 0) return { reasons: doubts };
    return covering
      ? collectBlocks(access, covering, restriction)
      : findKeyedBlocks(access, caller, (block) => isRestricting(block, restriction), name);
  };
}

/**
 * More roles can mean fewer documents: an uncertain role leaves the answer open if any role has a
 * restriction.
 */
function findRoleDoubts(access: Access, { roles }: Caller, restriction: Restriction): Unknown[] {
  const doubts = roles.flatMap(({ doubt }) => doubt ?? []);
  if (doubts.length === 0) return [];
  const restricts = roles.some(({ name }) =>
    access.findRole(name)?.blocks.some((block) => isRestricting(block, restriction)),
  );
  return restricts ? doubts : [];
}

function isRestricting({ query, fields, masks }: Block, restriction: Restriction): boolean {
  if (restriction === "dls") return query !== undefined;
  return (restriction === "fls" ? fields : masks).length > 0;
}

/** A block that is for an index, and the keys under which the server stores its rule for it. */
interface Covering {
  readonly block: Block;
  readonly keys: readonly string[];
}

/** Finds the blocks of all roles that are for an index. */
function findCoveringBlocks(access: Access, caller: Caller, name: string): readonly Covering[] | Unknown {
  const found: Covering[] = [];
  for (const { name: role } of caller.roles)
    for (const block of access.findRole(role)?.blocks ?? []) {
      const keys = coveringKeys(access, caller, block, name);
      if (isUnknown(keys)) return keys;
      if (keys.length > 0) found.push({ block, keys });
    }
  return found;
}

/**
 * From 3.0 on, the blocks of all roles count together, but of one role only the last block for each name. Its
 * blocks for `*` count separately.
 */
function collectBlocks(
  access: Access,
  covering: readonly Covering[] | Unknown,
  restriction: Restriction,
): BlocksInForce {
  if (isUnknown(covering)) return { reasons: [covering] };
  const collected = new Collected(access.keepsOrder);
  for (const { block, keys } of covering) collected.add(block, keys, isRestricting(block, restriction));
  return collected.inForce(access.settings.dfm_empty_overrides_all);
}

/** Collects the rules for one index, and then returns those in force. */
class Collected {
  readonly #byKey = new Map<string, Block>();
  readonly #keepsOrder: boolean;
  #isFree = false;
  #isCovered = false;
  #overwritten: Block | undefined;

  constructor(keepsOrder: boolean) {
    this.#keepsOrder = keepsOrder;
  }

  add(block: Block, keys: readonly string[], isRestricting: boolean): void {
    this.#isCovered = true;
    if (!isRestricting) {
      this.#isFree = true;
      return;
    }
    for (const key of keys) {
      const former = this.#byKey.get(`${block.role} ${key}`);
      if (former && former !== block) this.#overwritten = former;
      this.#byKey.set(`${block.role} ${key}`, block);
    }
  }

  inForce(freeLifts: boolean): BlocksInForce {
    if (freeLifts && this.#isFree) return "unrestricted";
    if (this.#overwritten && !this.#keepsOrder) {
      const text = `the role ${this.#overwritten.role} has several restrictions on this index: the server takes the last, and their order is not known`;
      return { reasons: [{ code: "block-order", text }] };
    }
    if (this.#byKey.size > 0) return [...new Set(this.#byKey.values())];
    return this.#isCovered ? "unrestricted" : [];
  }
}

/**
 * Lists the keys under which the server stores a block's rule for an index: the index, each alias, the
 * stream, `*`, its templates.
 */
function coveringKeys(
  access: Access,
  caller: Caller,
  block: Block,
  name: string,
): readonly string[] | Unknown {
  const names = access.names ? coveringNames(access.names, name) : [name];
  const whole = coverWith(access, caller, block, name, names);
  if (whole.is === "unsure") return whole.reason;
  if (whole.is === "no") return [];
  const values = block.patterns.map(({ value }) => value);
  if (values.includes("*")) return ["*"];
  const templates = values.filter(hasVariables);
  const isTemplated = templates.some((value) => matchPattern(access, caller, value, names).is === "yes");
  const plain = values.filter((value) => !hasVariables(value));
  const named = names.filter((one) =>
    plain.some((value) => matchPattern(access, caller, value, [one]).is === "yes"),
  );
  return [
    ...(isTemplated ? [`template ${JSON.stringify(templates)}`] : []),
    ...named.map((one) => `name ${one}`),
  ];
}

/**
 * Formats the blocks that decide, or may decide, about some restrictions of a caller on an index. Where the texts
 * of two callers are equal, so are their restrictions, even if osac does not know them.
 */
export function formatDeciding(
  access: Access,
  caller: Caller,
  restrictions: readonly Restriction[],
  name: string,
): string {
  const roles = caller.roles
    .map(({ name: role }) => access.findRole(role)?.blocks ?? [])
    .map((blocks) => blocks.flatMap((block) => formatBlock(access, caller, block, restrictions, name)))
    .filter((blocks) => blocks.length > 0)
    .map((blocks) => JSON.stringify(blocks))
    .toSorted();
  const { identity, attributes } = caller;
  const names = roles.some((text) => text.includes("securityRoles")) && caller.roles.map((role) => role.name);
  return JSON.stringify([roles, names, roles.some(hasVariables) && [identity, attributes]]);
}

/** Up to 2.19, blocks for other indices may decide which of several restrictions counts. */
function formatBlock(
  access: Access,
  caller: Caller,
  block: Block,
  restrictions: readonly Restriction[],
  name: string,
): [] | [unknown] {
  const { query = null, fields, masks } = block;
  const isDeciding =
    access.settings.dfm_empty_overrides_all || restrictions.some((one) => isRestricting(block, one));
  const patterns = block.patterns.map(({ value }) => value);
  const keys = access.generation.collectsRestrictions ? coveringKeys(access, caller, block, name) : patterns;
  if (!isDeciding || (!isUnknown(keys) && keys.length === 0)) return [];
  const texts = { dls: query, fls: fields, masked_fields: masks };
  return [[isUnknown(keys) ? patterns : keys, restrictions.map((one) => texts[one])]];
}

/** True if the caller sees a field, by its whole path; undefined if osac cannot know. */
export function isFieldVisible(access: Access, fields: VisibleFields, path: string): boolean | undefined {
  if (fields.are === "all") return true;
  if (fields.are === "none") return false;
  if (fields.are === "unknown") return undefined;
  const isNamed = isAmongPatterns(access, fields.patterns, path);
  const isWithin = parentsOf(path).some(
    (parent) => isAmongPatterns(access, fields.patterns, parent) !== false,
  );
  if (fields.are === "only") return isNamed === false && access.generation.showsMembers ? isWithin : isNamed;
  if (isWithin) return false;
  return isNamed === undefined ? undefined : !isNamed;
}

/** Lists the objects that contain a field. */
function parentsOf(path: string): string[] {
  const parts = path.split(".");
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join("."));
}

function isAmongPatterns(access: Access, patterns: readonly Entry[], path: string): boolean | undefined {
  const verdicts = patterns.map(({ value }) => access.matches(value.split("::")[0]!, path));
  if (verdicts.includes("yes")) return true;
  return verdicts.includes("unsure") ? undefined : false;
}

/** True if a field is masked; undefined if osac cannot know. */
export function isFieldMasked(access: Access, masks: MaskedFields, path: string): boolean | undefined {
  if (masks.are === "none") return false;
  return masks.are === "unknown" ? undefined : isAmongPatterns(access, masks.patterns, path);
}
