import { makeFinding } from "../errors.ts";
import { builtInNames } from "../kinds/built-in.ts";
import { kinds } from "../kinds/index.ts";
import type { Declared, Directory } from "../model/entity.ts";
import type { Finding, LintFinding, Unloadable } from "../model/finding.ts";
import type { KindName } from "../model/kind-name.ts";
import { listRules } from "./index.ts";
import type { Secret } from "../secrets/secret.ts";
import { holdsSecret } from "../value/walk.ts";
import { sortByPlace } from "../files/load-directory.ts";
import { collectPausing } from "../files/pausing.ts";
import { createLocator, type Locator } from "../files/yaml/locate.ts";
import { isOn } from "../value/texts.ts";
import { hasFilePlaceholder } from "../files/placeholders/placeholders.ts";
import {
  createLimitedGuess,
  type KnownNames,
  danglingReferenceFindings,
  listReferences,
  unknownTenantFindings,
} from "./references.ts";
import { readLineComments, type LineComment } from "../files/yaml/line-comments.ts";
import { applySuppressions } from "./suppressions.ts";
import { createUseCheck, createUsedNames, noteUse, type UsedNames } from "./unused.ts";
import { createSchemaCheck } from "../schema/validation/check-entity.ts";
import { confusableNameFindings } from "./confusable-names.ts";

/**
 * Finds every flaw of a directory that reading its files did not find, sorted by place. It reads the files
 * again to find the lines.
 */
export async function directoryFindings(directory: Directory): Promise<Finding[]> {
  const known = collectKnownNames(directory);
  const used = createUsedNames(directory);
  const content = createContentCheck(directory);
  const references = createReferenceCheck(known, used);
  const findings = [
    ...(await checkPausing(directory, (entity) => [...content(entity), ...references(entity)])),
    // After the check of references, which notes what each entity uses.
    ...(await checkPausing(directory, createUseCheck(directory, used))),
    ...confusableNameFindings(directory, known),
    ...filePlaceholderFindings(directory),
  ];
  return sortByPlace(applySuppressions(findings, readSuppressions(directory), true));
}

/** Reads the comments that suppress findings. */
export function readSuppressions(directory: Directory): LineComment[] {
  return readLineComments(directory.path, new Set(listEntities(directory).map(({ at }) => at.file)));
}

/**
 * Placeholders that securityadmin.sh, if it is used beside osac, would upload unchanged: one notice for each
 * file.
 */
function filePlaceholderFindings(directory: Directory): Finding[] {
  const first = new Map<string, Declared>();
  for (const entity of listEntities(directory))
    if (!entity.isWithoutSecrets && !first.has(entity.at.file) && holdsSecret(entity.body, isFromFile))
      first.set(entity.at.file, entity);
  return [...first.values()].map(({ kind, name, at }) =>
    makeFinding("file-placeholder", {
      message: "${file:…} is a placeholder of osac; securityadmin.sh would upload it unchanged",
      hint: "if you use both, write ${env.NAME}",
      at,
      kind,
      name,
    }),
  );
}

function isFromFile({ reference = "" }: Secret): boolean {
  return hasFilePlaceholder(reference);
}

/**
 * Finds unknown fields and wrong types, and values that would break a cluster, that the Security API refuses,
 * or that have no effect.
 */
export function contentFindings(directory: Directory): Finding[] {
  return listEntities(directory).flatMap(createFinder(directory, createContentCheck(directory)));
}

/** Finds the same, and pauses in between. */
export function checkContent(directory: Directory): Promise<Finding[]> {
  return checkPausing(directory, createContentCheck(directory));
}

function createContentCheck(directory: Directory): EntityCheck {
  const checks = new Map(
    [...directory.kinds.keys()].map((kind) => [kind, [createSchemaCheck(kinds[kind]), ...listRules(kind)]]),
  );
  return (entity) => {
    const remarks: LintFinding[] = [];
    for (const check of checks.get(entity.kind)!)
      for (const remark of check(entity, directory)) remarks.push(remark);
    if (remarks.length === 0 || !isStaticBuiltIn(entity)) return remarks;
    return remarks.filter((remark) => !isBuiltInFlaw(remark));
  };
}

/** True for a built-in entity, as `osac export --all` writes it. */
function isStaticBuiltIn({ kind, name, body }: Declared): boolean {
  return isOn(body["static"]) && builtInNames(kind).has(name);
}

/** True for a flaw of a built-in action group, such as the type "kibana": users cannot change it. */
function isBuiltInFlaw({ code, severity }: LintFinding): boolean {
  return severity === "warning" && (code === "bad-value" || code === "group-named-like-role");
}

/**
 * Finds references to unknown names. Offline, the known names are those of the files; a plan adds those of
 * the cluster.
 */
export function referenceFindings(directory: Directory, known: KnownNames): Finding[] {
  return listEntities(directory).flatMap(createFinder(directory, createReferenceCheck(known)));
}

/** Finds the same, and pauses in between. */
export function checkReferences(directory: Directory, known: KnownNames): Promise<Finding[]> {
  return checkPausing(directory, createReferenceCheck(known));
}

function createReferenceCheck(known: KnownNames, used: UsedNames = new Map()): EntityCheck {
  const guess = createLimitedGuess();
  return (entity) => {
    const references = listReferences(entity);
    noteUse(used, entity, references);
    return [
      ...danglingReferenceFindings(entity, known, guess, references),
      ...unknownTenantFindings(entity, known, guess),
    ];
  };
}

type EntityCheck = (entity: Declared) => LintFinding[];

function checkPausing(directory: Directory, check: EntityCheck): Promise<Finding[]> {
  return collectPausing(listEntities(directory), createFinder(directory, check));
}

function createFinder({ path }: Directory, check: EntityCheck): (entity: Declared) => Finding[] {
  const locate = createLocator(path);
  return (entity) => check(entity).map((remark) => toFinding(entity, remark, locate));
}

function listEntities({ kinds: declared }: Directory): Declared[] {
  return [...declared.values()].flatMap((entities) => [...entities.values()]);
}

/**
 * Collects the names that files may refer to: declared ones, and built-in ones of any supported server. A
 * kind that no file declares has no entry, because the cluster may have any name.
 */
function collectKnownNames(directory: Directory): KnownNames {
  const names = [...directory.kinds].map(([kind, entities]): [KindName, ReadonlySet<string>] => [
    kind,
    new Set([...entities.keys(), ...builtInNames(kind)]),
  ]);
  return new Map(names);
}

function toFinding(
  entity: Declared,
  { pointer, unloadable, ...remark }: LintFinding,
  locate: Locator,
): Finding {
  const at = pointer === "" ? entity.at : locate(entity, pointer);
  const effect = unloadable ? describeEffect(unloadable) : "";
  return { ...remark, message: remark.message + effect, at, kind: entity.kind, name: entity.name };
}

function describeEffect({ since, until, others }: Unloadable): string {
  const range = until === undefined ? since && `from ${since} on` : `before ${until}`;
  const server = range === undefined ? "the server" : `a server ${range}`;
  const effect = `; ${server} would store it, and then load no configuration at all`;
  return others === undefined ? effect : `${effect}; ${others}`;
}
