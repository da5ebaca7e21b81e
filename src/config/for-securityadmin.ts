import { listNames } from "../kinds/list-names.ts";
import { reservedNames } from "../kinds/built-in.ts";
import { isFilled } from "../kinds/canonical.ts";
import { kinds } from "../kinds/index.ts";
import type { Kind } from "../kinds/kind.ts";
import type { Declared, Directory, Finding, KindName, Value } from "../model.ts";
import { Secret, secretsIn } from "../secret.ts";
import type { Listing } from "./list-files.ts";
import { isOn } from "./pointer.ts";
import { hasPlaceholder } from "./placeholders/placeholders.ts";

/** The files without which `securityadmin.sh -cd` fails half way, and those in whose place it uploads empty ones. */
const wanted: readonly KindName[] = [
  "config",
  "roles",
  "rolesmapping",
  "internalusers",
  "actiongroups",
  "tenants",
  "nodesdn",
  "allowlist",
];

/** Without these nobody administers the cluster, or OpenSearch Dashboards cannot log in. */
const needed: { readonly [Kind in KindName]?: readonly string[] } = {
  internalusers: ["admin", "kibanaserver"],
  rolesmapping: ["all_access", "kibana_server"],
};

/** Names that a message has at most. */
const namesMax = 5;

const wayOut = "osac export --all --with-hashes, with the admin certificate, writes all that a cluster holds";

/**
 * Why `securityadmin.sh -cd` must not upload a directory: it replaces each kind as a whole, so that what the files do not
 * hold is gone, it reads one file a kind, knows no `password`, and stores placeholders as they stand.
 */
export function securityadminFindings(directory: Directory, { files }: Pick<Listing, "files">): Finding[] {
  const entities = [...directory.kinds.values()].flatMap((declared) => [...declared.values()]);
  return [
    ...wanted.flatMap((name) => missingFile(kinds[name], files.get(kinds[name]) ?? [])),
    ...[...files].flatMap(([kind, found]) => unreadFiles(kind, found)),
    ...[...directory.kinds].flatMap(([kind, declared]) => [
      ...missingEntities(kind, declared),
      ...missingReserved(kind, declared),
      ...staticEntities(kind, declared),
    ]),
    ...entities.flatMap(loginFindings),
    ...entities.flatMap(placeholderFindings),
  ];
}

function refused(message: string, hint: string, about: Partial<Finding> = {}): Finding {
  return { code: "not-for-securityadmin", severity: "error", message, hint, ...about };
}

function about({ kind, name, at }: Declared): Partial<Finding> {
  return { kind, name, at };
}

function missingFile({ name, file }: Kind, found: readonly string[]): Finding[] {
  if (found.includes(file)) return [];
  const effect =
    name === "nodesdn" || name === "allowlist"
      ? "uploads an empty one in its place"
      : "fails half way without it";
  return [refused(`${file} is missing: securityadmin.sh ${effect}`, wayOut)];
}

function unreadFiles({ file }: Kind, found: readonly string[]): Finding[] {
  return found
    .filter((one) => one !== file)
    .map((one) =>
      refused(
        `securityadmin.sh does not read this file, and deletes what it declares: it reads ${file} alone`,
        `put all of it into ${file}`,
        {
          at: { file: one, line: 1, column: 1 },
        },
      ),
    );
}

function missingEntities(kind: KindName, declared: ReadonlyMap<string, Declared>): Finding[] {
  return (needed[kind] ?? []).flatMap((name) => {
    const entity = declared.get(name);
    const message = `securityadmin.sh would delete ${kind}/${name}, which lets the administrator or OpenSearch Dashboards in`;
    if (!entity) return [refused(message, wayOut, { kind, name })];
    const { powers } = kinds[kind];
    const isIdle = powers !== undefined && !Object.values(entity.body).some(isFilled);
    return isIdle
      ? [refused(`${kind}/${name} would let nobody in: it has no members`, wayOut, about(entity))]
      : [];
  });
}

function missingReserved(kind: KindName, declared: ReadonlyMap<string, Declared>): Finding[] {
  const missing = [...reservedNames(kind)].filter((name) => !declared.has(name));
  if (missing.length === 0) return [];
  const names = listNames(missing, namesMax);
  return [
    refused(`securityadmin.sh would delete ${kind} that ship with the server: ${names}`, wayOut, { kind }),
  ];
}

function staticEntities(kind: KindName, declared: ReadonlyMap<string, Declared>): Finding[] {
  const found = [...declared.values()].filter(({ body }) => isOn(body["static"]));
  if (found.length === 0) return [];
  const names = listNames(
    found.map(({ name }) => name),
    namesMax,
  );
  const message = `securityadmin.sh would store static ${kind}, which a server before 3.0 cannot load: ${names}`;
  return [refused(message, "take them out of the file: the server has them without it", { kind })];
}

function loginFindings(entity: Declared): Finding[] {
  const { login } = kinds[entity.kind];
  if (!login) return [];
  const { hash, password } = login;
  if (entity.body[password] !== undefined)
    return [
      refused(
        "securityadmin.sh knows no password, and refuses the file",
        "write its hash instead",
        about(entity),
      ),
    ];
  const value = entity.body[hash];
  const isThere = value instanceof Secret || (typeof value === "string" && value !== "");
  return isThere
    ? []
    : [
        refused(
          "securityadmin.sh would take the user's hash away, so that it cannot log in",
          wayOut,
          about(entity),
        ),
      ];
}

/** securityadmin.sh stores them as they stand, and each node fills them from its own environment, or not at all. */
function placeholderFindings(entity: Declared): Finding[] {
  const references = secretsIn(entity.body).flatMap(({ reference }) => reference ?? []);
  if (references.length === 0 && !hasLiteral(entity.body) && !hasPlaceholder(entity.name)) return [];
  const shown = [...new Set(references)].slice(0, namesMax).join(", ");
  const message = `securityadmin.sh would store placeholders as they stand${shown && `: ${shown}`}`;
  const hint =
    "write the value: each node would look for it in an environment of its own, and nobody can see that here";
  return [refused(message, hint, about(entity))];
}

/** Whether a text is left that osac did not look up. */
function hasLiteral(value: Value): boolean {
  if (typeof value === "string") return hasPlaceholder(value);
  if (typeof value !== "object" || value === null || value instanceof Secret) return false;
  return Object.entries(value).some(([key, item]) => hasPlaceholder(key) || hasLiteral(item));
}
