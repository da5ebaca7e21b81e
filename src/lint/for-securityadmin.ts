import { makeFinding } from "../errors.ts";
import { listNames } from "../value/list-names.ts";
import { isNonEmptyList } from "../value/record.ts";
import { allKinds, kinds } from "../kinds/index.ts";
import type { Kind } from "../kinds/kind.ts";
import type { Declared, Directory } from "../model/entity.ts";
import type { Finding } from "../model/finding.ts";
import type { KindName } from "../model/kind-name.ts";
import type { Value } from "../model/value.ts";
import { Secret } from "../secrets/secret.ts";
import { findSecrets } from "../value/walk.ts";
import type { Listing } from "../files/list-files.ts";
import { isOn } from "../value/texts.ts";
import { hasPlaceholder } from "../files/placeholders/placeholders.ts";
import { reservedNames } from "../kinds/built-in.ts";

/** The most names in a message. */
const namesMax = 5;

const wayOut = "osac export --all --with-hashes, with the admin certificate, writes all that a cluster holds";

/**
 * Finds the reasons why `securityadmin.sh -cd` must not upload a directory: it replaces each kind as a whole
 * and so deletes what the files do not declare, it reads one file for each kind, it does not know `password`,
 * and it stores placeholders unchanged.
 */
export function securityadminFindings(directory: Directory, { files }: Pick<Listing, "files">): Finding[] {
  const entities = [...directory.kinds.values()].flatMap((declared) => [...declared.values()]);
  return [
    ...allKinds.flatMap((kind) => missingFileFindings(kind, files.get(kind) ?? [])),
    ...[...files].flatMap(([kind, found]) => unreadFileFindings(kind, found)),
    ...[...directory.kinds].flatMap(([kind, declared]) => [
      ...missingEntityFindings(kind, declared),
      ...missingReservedFindings(kind, declared),
      ...staticEntityFindings(kind, declared),
    ]),
    ...entities.flatMap(loginFindings),
    ...entities.flatMap(placeholderFindings),
  ];
}

function refusedFinding(message: string, hint: string, about: Partial<Finding> = {}): Finding {
  return makeFinding("not-for-securityadmin", { message, hint, ...about });
}

function entityOfFinding({ kind, name, at }: Declared): Partial<Finding> {
  return { kind, name, at };
}

function missingFileFindings({ securityadmin, file }: Kind, found: readonly string[]): Finding[] {
  if (!securityadmin || found.includes(file)) return [];
  const effect =
    securityadmin.withoutFile === "fails" ? "fails half way without it" : "uploads an empty one in its place";
  return [refusedFinding(`${file} is missing: securityadmin.sh ${effect}`, wayOut)];
}

function unreadFileFindings({ file }: Kind, found: readonly string[]): Finding[] {
  return found
    .filter((one) => one !== file)
    .map((one) =>
      refusedFinding(
        `securityadmin.sh reads only ${file}, and would delete the entities of this file`,
        `move them into ${file}`,
        {
          at: { file: one, line: 1, column: 1 },
        },
      ),
    );
}

function missingEntityFindings(kind: KindName, declared: ReadonlyMap<string, Declared>): Finding[] {
  return (kinds[kind].securityadmin?.neededNames ?? []).flatMap((name) => {
    const entity = declared.get(name);
    const message = `securityadmin.sh would delete it, and the administrator or OpenSearch Dashboards needs it`;
    if (!entity) return [refusedFinding(message, wayOut, { kind, name })];
    const { grants } = kinds[kind];
    const isIdle = grants !== undefined && !Object.values(entity.body).some(isNonEmptyList);
    return isIdle
      ? [refusedFinding("it has no members, so it gives no access", wayOut, entityOfFinding(entity))]
      : [];
  });
}

function missingReservedFindings(kind: KindName, declared: ReadonlyMap<string, Declared>): Finding[] {
  const missing = [...reservedNames(kind)].filter((name) => !declared.has(name));
  if (missing.length === 0) return [];
  const names = listNames(missing, namesMax);
  return [
    refusedFinding(`securityadmin.sh would delete ${kind} that ship with the server: ${names}`, wayOut, {
      kind,
    }),
  ];
}

function staticEntityFindings(kind: KindName, declared: ReadonlyMap<string, Declared>): Finding[] {
  const found = [...declared.values()].filter(({ body }) => isOn(body["static"]));
  if (found.length === 0) return [];
  const names = listNames(
    found.map(({ name }) => name),
    namesMax,
  );
  const message = `securityadmin.sh would store static ${kind}, which a server before 3.0 cannot load: ${names}`;
  return [refusedFinding(message, "remove them from the file: they are built-in", { kind })];
}

function loginFindings(entity: Declared): Finding[] {
  const { login } = kinds[entity.kind];
  if (!login) return [];
  const { hash, password } = login;
  if (entity.body[password] !== undefined)
    return [
      refusedFinding(
        "securityadmin.sh does not support the field password, and refuses the file",
        "write its hash instead",
        entityOfFinding(entity),
      ),
    ];
  const value = entity.body[hash];
  const isThere = value instanceof Secret || (typeof value === "string" && value !== "");
  return isThere
    ? []
    : [
        refusedFinding(
          "securityadmin.sh would remove the user's hash, so the user cannot log in",
          wayOut,
          entityOfFinding(entity),
        ),
      ];
}

/**
 * securityadmin.sh stores placeholders unchanged. Each node replaces them from its own environment, or not at
 * all.
 */
function placeholderFindings(entity: Declared): Finding[] {
  const references = findSecrets(entity.body).flatMap(({ reference }) => reference ?? []);
  if (references.length === 0 && !hasLiteral(entity.body) && !hasPlaceholder(entity.name)) return [];
  const shown = [...new Set(references)].slice(0, namesMax).join(", ");
  const message = `securityadmin.sh would store the placeholder${shown && ` ${shown}`} instead of a value`;
  const hint =
    "write the value: each node fills in placeholders from its own environment, which osac cannot read";
  return [refusedFinding(message, hint, entityOfFinding(entity))];
}

/** True if the value has a placeholder that osac did not replace. */
function hasLiteral(value: Value): boolean {
  if (typeof value === "string") return hasPlaceholder(value);
  if (typeof value !== "object" || value === null || value instanceof Secret) return false;
  return Object.entries(value).some(([key, item]) => hasPlaceholder(key) || hasLiteral(item));
}
