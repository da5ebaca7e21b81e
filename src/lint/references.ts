import { makeLintFinding } from "../errors.ts";
import { readGlob } from "../value/glob.ts";
import { kinds } from "../kinds/index.ts";
import type { Reference } from "../kinds/kind.ts";
import type { Declared } from "../model/entity.ts";
import type { KindName } from "../model/kind-name.ts";
import type { LintFinding } from "../model/finding.ts";
import { findNearest } from "../value/nearest.ts";
import { listMaps, formatValue, findTexts } from "../value/texts.ts";
import { formatPath } from "../value/path.ts";

/** The names that exist, by kind. A kind that is absent is not known, and gets no findings. */
export type KnownNames = ReadonlyMap<KindName, ReadonlySet<string>>;

/** With more names than these, a guess takes too long, and so do many patterns on each name. */
const namesMax = 1000;

/** More wrong names than these are probably no typing mistakes. */
const guessesMax = 100;

/** Returns the known name that a wrong name probably stands for; undefined if no name is near. */
export type Guess = (name: string, names: ReadonlySet<string>) => string | undefined;

/**
 * Creates the guesses for one run. Each guess compares a name with all others, so their number is limited.
 */
export function createLimitedGuess(): Guess {
  let left = guessesMax;
  return (name, names) => (names.size > namesMax || left-- <= 0 ? undefined : findNearest(name, names));
}

/** Lists the references of an entity to others. */
export function listReferences({ kind, name, body }: Declared): Reference[] {
  return kinds[kind].references(name, body);
}

/**
 * Finds references of an entity to names that do not exist. Offline, the known names are those of the files
 * and of the built-in entities; a plan adds those of the cluster.
 */
export function danglingReferenceFindings(
  entity: Declared,
  known: KnownNames,
  guessName: Guess = createLimitedGuess(),
  references: readonly Reference[] = listReferences(entity),
): LintFinding[] {
  const { refusesMissing } = kinds[entity.kind];
  const dangling = references.filter(({ kind, name }) => known.get(kind)?.has(name) === false);
  return dangling.map(({ kind, name, pointer }) => {
    const { label } = kinds[kind];
    const guess = guessName(name, known.get(kind)!);
    const where = pointer === "" ? "this mapping" : formatPath(pointer);
    return makeLintFinding("unknown-reference", {
      pointer,
      message: `${where} names the ${label} ${formatValue(name)}, which is neither declared nor built-in`,
      hint: guess === undefined ? `declare the ${label}, or remove the name` : `did you mean "${guess}"?`,
      refusedByServer: refusesMissing && true,
      since: refusesMissing?.since,
    });
  });
}

/**
 * Finds tenants in the permissions of a role that do not exist, and tenant patterns that match no known
 * tenant.
 */
export function unknownTenantFindings(
  { kind, body }: Declared,
  known: KnownNames,
  guessName: Guess = createLimitedGuess(),
): LintFinding[] {
  const tenants = known.get("tenants");
  if (kind !== "roles" || tenants === undefined) return [];
  const blocks = listMaps(body["tenant_permissions"], "/tenant_permissions");
  const patterns = blocks.flatMap(({ fields, pointer }) =>
    findTexts(
      fields["tenant_patterns"],
      `${pointer}/tenant_patterns`,
      (text) => isNameOrGlob(text) && !fitsAny(text, tenants),
    ),
  );
  return patterns.map(({ text, pointer, shown: found, isSecret }) => {
    const guess = isSecret ? undefined : guessName(text, tenants);
    return makeLintFinding("unknown-reference", {
      pointer,
      message: `${formatPath(pointer)}: ${found} matches no declared or built-in tenant`,
      hint: guess === undefined ? "declare the tenant, or remove the name" : `did you mean "${guess}"?`,
    });
  });
}

/** True for a pattern that is no regular expression and has no variables. */
function isNameOrGlob(text: string): boolean {
  return text.trim() !== "" && !text.startsWith("/") && !text.includes("${");
}

function fitsAny(text: string, names: ReadonlySet<string>): boolean {
  if (!/[*?]/.test(text)) return names.has(text);
  return names.size > namesMax || [...names].some(readGlob(text));
}
