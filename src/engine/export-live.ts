import { fetchLive } from "../cluster/fetch-live.ts";
import { identify } from "../cluster/identify.ts";
import { dumpYaml } from "../files/yaml/dump.ts";
import { hasVariable } from "../files/placeholders/fill-variables.ts";
import { hasPlaceholder } from "../files/placeholders/placeholders.ts";
import { unknownFieldNotices } from "../lint/unknown-fields.ts";
import { refusedEntityFindings } from "../storage/check-readable.ts";
import { failure, makeFinding, isError } from "../errors.ts";
import {
  makeFiles,
  readBodies,
  type ExportedFile,
  type FolderBodies,
  type KindBodies,
} from "../export/export-files.ts";
import type { Placeholder } from "../export/name-variables.ts";
import { kinds } from "../kinds/index.ts";
import { dropIgnored, listNames } from "../kinds/ignore-rules.ts";
import type { ClusterInfo, Connection, Reader } from "../model/cluster.ts";
import type { LiveState } from "../model/entity.ts";
import type { Finding } from "../model/finding.ts";
import { kindNames, type KindName } from "../model/kind-name.ts";
import type { IgnoreRule } from "../model/plan.ts";
import type { Json } from "../model/value.ts";
import { detectAlgorithm } from "../passwords/stored-hash.ts";
import { formatQuantity } from "../report/findings-text.ts";
import { Secret } from "../secrets/secret.ts";

/** The choices of a user about an export. */
export interface ExportOptions {
  /** The directory of the files. Findings name their places in it. */
  readonly directory: string;
  /** The kinds to export; absent means all. */
  readonly kinds?: readonly KindName[] | undefined;
  readonly ignore: readonly IgnoreRule[];
  /** Built-in entities and default values as well. */
  readonly areAllIncluded: boolean;
  /** Password hashes instead of placeholders; only the admin certificate sees them. */
  readonly withHashes: boolean;
  /** Texts of the cluster that look like a placeholder are written as they are. */
  readonly keepsPlaceholders: boolean;
}

/** A file of an export, not yet written. */
interface ExportFile extends Pick<ExportedFile, "kind" | "file" | "entities"> {
  readonly text: string;
  /** The file contains hashes. */
  readonly isPrivate: boolean;
}

/** The live state as files, with findings about it. */
export interface LiveExport {
  readonly cluster: ClusterInfo;
  readonly files: readonly ExportFile[];
  readonly placeholders: readonly Placeholder[];
  /** The rules that excluded something. */
  readonly leftOut: readonly IgnoreRule[];
  readonly findings: readonly Finding[];
}

/** The entities of a cluster that an export may write, with findings about the others. */
export interface LiveEntities {
  readonly cluster: ClusterInfo;
  readonly kinds: readonly KindBodies[];
  /** The kinds that the caller may not read. */
  readonly unreadable: readonly KindName[];
  /** The rules that excluded something. */
  readonly leftOut: readonly IgnoreRule[];
  readonly findings: readonly Finding[];
}

/** The live state as files whose plan is empty. Writes nothing. */
export async function exportLive(
  reader: Reader,
  connection: Connection,
  choice: ExportOptions,
): Promise<LiveExport> {
  const { kinds: read, ...about } = await readEntities(reader, connection, choice);
  return { ...about, ...writeFolders([{ folder: "", kinds: read }], choice) };
}

/** Makes the files of some folders, not yet written. */
export function writeFolders(
  folders: readonly FolderBodies[],
  choice: ExportOptions,
): Pick<LiveExport, "files" | "placeholders"> {
  const { files, placeholders } = makeFiles(folders, { ...choice, isHash });
  return {
    files: files.map(({ kind, file, entities, content }) => ({
      kind,
      file,
      entities,
      text: dumpYaml(content),
      isPrivate: choice.withHashes && kinds[kind].login !== undefined,
    })),
    placeholders,
  };
}

/** Reads the entities of a cluster that an export may write. */
export async function readEntities(
  reader: Reader,
  connection: Connection,
  choice: ExportOptions,
): Promise<LiveEntities> {
  const cluster = await identify(reader, connection);
  if (choice.withHashes && cluster.adminDn === undefined) throw certificateNeededError();
  const all = await fetchLive(reader, connection, cluster, choice.kinds ?? kindNames);
  const live = dropIgnored(all, choice.ignore);
  const read = readBodies(live, cluster.version, { ...choice, isHash });
  if (read.length === 0)
    throw failure("access", "nothing-readable", "the caller may read none of the kinds; nothing was written");
  const whole = makeFiles([{ folder: "", kinds: read }], { ...choice, isHash });
  const literal = literalPlaceholderFindings(whole, choice);
  const unreadAgain = refusedEntityFindings(choice.directory, whole.files);
  const exported = dropRefusedEntities(read, [...unreadAgain, ...literal.filter(isError)]);
  const isExported = (kind: KindName, name: string): boolean =>
    exported.some((one) => one.kind === kind && one.bodies.some(([own]) => own === name));
  return {
    cluster,
    kinds: exported,
    unreadable: [...live].flatMap(([kind, { readable }]) => (readable ? [] : [kind])),
    leftOut: choice.ignore.filter((rule) => findIgnoredNames(rule, all).length > 0),
    findings: [
      ...reader.unanswered.values(),
      ...unreadableFindings(live),
      ...unknownFieldNotices(live, isExported),
      ...(choice.withHashes ? notHashes(live, isExported) : []),
      ...choice.ignore.flatMap((rule) => leftOutFindings(rule, all)),
      ...unreadAgain.map(notExportedFinding),
      ...literal,
    ],
  };
}

function certificateNeededError(): Error {
  const message = "--with-hashes needs the admin certificate: only that certificate can read hashes";
  return failure("input", "needs-certificate", message, {
    hint: "pass it with --client-cert and --client-key",
  });
}

function isHash(text: string): boolean {
  return detectAlgorithm(text) !== undefined;
}

/**
 * Logins for which the cluster stores something other than a hash. No user can log in with it, and it could
 * be a password.
 */
function notHashes(live: LiveState, isExported: (kind: KindName, name: string) => boolean): Finding[] {
  return [...live].flatMap(([kind, state]) => {
    const { login } = kinds[kind];
    if (!login || !state.readable) return [];
    const wrong = [...state.entities.values()].filter(({ name, body: { [login.hash]: hash } }) => {
      return hash instanceof Secret && hash.isKnown && !isHash(hash.reveal()) && isExported(kind, name);
    });
    return wrong.map(({ name }): Finding =>
      makeFinding("not-a-hash", {
        message:
          "the cluster stores no bcrypt, PBKDF2 or Argon2 hash for it, so the files leave out what it stores",
        hint: "this user cannot log in: set a password",
        kind,
        name,
      }),
    );
  });
}

/** Leaves out the entities that no file may declare. */
function dropRefusedEntities(read: readonly KindBodies[], refused: readonly Finding[]): KindBodies[] {
  const names = new Set(refused.map(({ kind, name }) => `${kind}/${name}`));
  return read
    .map(({ kind, bodies }) => ({ kind, bodies: bodies.filter(([name]) => !names.has(`${kind}/${name}`)) }))
    .filter(({ kind, bodies }) => !kinds[kind].isSingle || bodies.length > 0);
}

/** Reports what a rule of `ignore` excludes, in one finding. */
function leftOutFindings(rule: IgnoreRule, live: LiveState): Finding[] {
  const { kind, field, reason, setBy } = rule;
  const names = findIgnoredNames(rule, live);
  if (names.length === 0) return [];
  const what = field === undefined ? "" : `${field.join("/")} of `;
  const message = `${what}${formatQuantity(names.length, "entity")} left out, as ${setBy} says: ${reason}`;
  return [makeFinding("ignored", { message, kind })];
}

function findIgnoredNames(rule: IgnoreRule, live: LiveState): string[] {
  const state = live.get(rule.kind);
  return state?.readable ? listNames(rule, state.entities) : [];
}

function notExportedFinding({ kind, name, message, hint }: Finding): Finding {
  return makeFinding("not-exported", {
    message: `not exported, since no file may hold it: ${message}`,
    hint,
    kind,
    name,
  });
}

function unreadableFindings(live: LiveState): Finding[] {
  return [...live].flatMap(([kind, state]): Finding[] => {
    if (state.readable) return [];
    return [
      makeFinding("not-exported", { message: `not exported: ${state.reason}`, kind, hint: state.hint }),
    ];
  });
}

/**
 * Texts of the cluster that look like a placeholder. A later run would replace them with values of its own
 * environment. The export therefore excludes such an entity, unless the user keeps placeholders.
 */
function literalPlaceholderFindings(
  { files, placeholders }: Pick<LiveExport, "placeholders"> & { readonly files: readonly ExportedFile[] },
  { keepsPlaceholders }: ExportOptions,
): Finding[] {
  const ours = new Set(
    placeholders.map(({ variable, kind, name, field }) => placeKey(kind, name, field, `\${env.${variable}}`)),
  );
  // By place, because the cluster may hold the text of such a placeholder elsewhere.
  const isForeign = (kind: KindName, name: string, { field, text }: PlacedText): boolean =>
    (hasPlaceholder(text) || hasVariable(text)) && !ours.has(placeKey(kind, name, field, text));
  return files.flatMap(({ kind, content }) =>
    Object.entries(content)
      .filter(([name, body]) =>
        [{ field: "", text: name }, ...collectTexts(body)].some((one) => isForeign(kind, name, one)),
      )
      .map(([name]) => literalPlaceholderFinding(kind, name, keepsPlaceholders)),
  );
}

function placeKey(...parts: readonly [kind: KindName, name: string, field: string, text: string]): string {
  return JSON.stringify(parts);
}

function literalPlaceholderFinding(kind: KindName, name: string, isKept: boolean): Finding {
  const holds = "it holds a text that osac and securityadmin.sh would read as a placeholder";
  return isKept
    ? makeFinding("literal-placeholder", {
        severity: "warning",
        message: holds,
        hint: "its value comes from the environment of each node, and of osac",
        kind,
        name,
      })
    : makeFinding("literal-placeholder", {
        severity: "error",
        message: `left out: ${holds}`,
        hint: "correct it in the cluster; if a placeholder is meant, keep it with --keep-placeholders",
        kind,
        name,
      });
}

/** A text of an entity with the dotted path of its field; keys have none. */
interface PlacedText {
  readonly field: string;
  readonly text: string;
}

function collectTexts(value: Json, path: readonly string[] = []): PlacedText[] {
  if (typeof value === "string") return [{ field: path.join("."), text: value }];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => [
    { field: "", text: key },
    ...collectTexts(item, [...path, key]),
  ]);
}
