import { fetchLive } from "./cluster/fetch.ts";
import { identify } from "./cluster/identify.ts";
import { dumpYaml } from "./config/yaml/dump.ts";
import { hasPlaceholder } from "./config/placeholders/placeholders.ts";
import { refusedEntities } from "./config/written/refused.ts";
import { failure } from "./errors.ts";
import { exportFiles, type ExportedFile } from "./export/export-files.ts";
import type { Placeholder } from "./export/variables.ts";
import { isAbout, withoutIgnored } from "./kinds/ignore.ts";
import {
  kindNames,
  type ClusterInfo,
  type Connection,
  type Finding,
  type IgnoreRule,
  type Json,
  type KindName,
  type LiveKind,
  type Reader,
} from "./model.ts";
import { counted } from "./report/findings.ts";

/** What to take from a cluster into files. */
export interface ExportChoice {
  /** Where the files will stand: what they must not hold is judged as if they did. */
  readonly directory: string;
  /** The only kinds; absent means all. */
  readonly kinds?: readonly KindName[] | undefined;
  readonly ignore: readonly IgnoreRule[];
  /** Built-in entities and default values as well. */
  readonly areAllIncluded: boolean;
  /** Password hashes instead of placeholders; only the admin certificate sees them. */
  readonly withHashes: boolean;
}

/** A file of an export, not yet written. */
interface ExportText extends Pick<ExportedFile, "kind" | "file" | "entities"> {
  readonly text: string;
}

/** The live state as files, and what somebody should know of it. */
export interface Exported {
  readonly cluster: ClusterInfo;
  readonly files: readonly ExportText[];
  readonly placeholders: readonly Placeholder[];
  readonly findings: readonly Finding[];
}

/** The live state as files whose plan is empty. Writes nothing. */
export async function exportLive(
  reader: Reader,
  connection: Connection,
  choice: ExportChoice,
): Promise<Exported> {
  const cluster = await identify(reader, connection);
  if (choice.withHashes && cluster.adminDn === undefined) throw needsCertificate();
  const all = await fetchLive(reader, connection, cluster, choice.kinds ?? kindNames);
  const live = withoutIgnored(all, choice.ignore);
  const whole = exportFiles(live, cluster.version, choice);
  const refused = refusedEntities(choice.directory, whole.files);
  const { files, placeholders } =
    refused.length === 0 ? whole : exportFiles(withoutRefused(live, refused), cluster.version, choice);
  if (files.length === 0)
    throw failure("access", "nothing-readable", "the caller may read none of the kinds; nothing was written");
  const ours = new Set(placeholders.map(({ variable }) => `\${env.${variable}}`));
  return {
    cluster,
    files: files.map(({ kind, file, entities, content }) => ({
      kind,
      file,
      entities,
      text: dumpYaml(content),
    })),
    placeholders,
    findings: [
      ...unreadable(live),
      ...choice.ignore.flatMap((rule) => leftOut(rule, all)),
      ...refused.map(notExported),
      ...files.flatMap((file) => literalPlaceholders(file, ours)),
    ],
  };
}

function needsCertificate(): Error {
  const message = "--with-hashes needs the admin certificate: nobody else can see hashes";
  return failure("input", "needs-certificate", message, {
    hint: "give it with --client-cert and --client-key",
  });
}

/** The live state without what no file may hold. */
function withoutRefused(
  live: ReadonlyMap<KindName, LiveKind>,
  refused: readonly Finding[],
): ReadonlyMap<KindName, LiveKind> {
  const names = new Set(refused.map(({ kind, name }) => `${kind}/${name}`));
  const kept = [...live].map(([kind, state]): [KindName, LiveKind] => {
    if (!state.readable) return [kind, state];
    const entities = [...state.entities].filter(([name]) => !names.has(`${kind}/${name}`));
    return [kind, { ...state, entities: new Map(entities) }];
  });
  return new Map(kept);
}

/** Says what a rule leaves to somebody else, once for all that it is about. */
function leftOut(rule: IgnoreRule, live: ReadonlyMap<KindName, LiveKind>): Finding[] {
  const { kind, field, reason, setBy } = rule;
  const state = live.get(kind);
  const names = state?.readable ? [...state.entities.keys()].filter((name) => isAbout(rule, kind, name)) : [];
  if (names.length === 0) return [];
  const what = field === undefined ? "" : `${field.join("/")} of `;
  const message = `${what}${counted(names.length, "entity")} left out, as ${setBy} says: ${reason}`;
  return [{ code: "ignored", severity: "notice", message, kind }];
}

function notExported({ kind, name, message, hint }: Finding): Finding {
  return {
    code: "not-exported",
    severity: "warning",
    message: `not exported, since no file may hold it: ${message}`,
    ...(hint === undefined ? {} : { hint }),
    ...(kind === undefined ? {} : { kind }),
    ...(name === undefined ? {} : { name }),
  };
}

function unreadable(live: ReadonlyMap<KindName, LiveKind>): Finding[] {
  return [...live].flatMap(([kind, state]): Finding[] => {
    if (state.readable) return [];
    const hint = state.hint === undefined ? {} : { hint: state.hint };
    return [
      { code: "not-exported", severity: "warning", message: `not exported: ${state.reason}`, kind, ...hint },
    ];
  });
}

/** Texts of the cluster that look like a placeholder: whoever loads the file takes them for one. */
function literalPlaceholders({ kind, content }: ExportedFile, ours: ReadonlySet<string>): Finding[] {
  return Object.entries(content)
    .filter(
      ([name, body]) =>
        hasPlaceholder(name) || textsIn(body).some((text) => hasPlaceholder(text) && !ours.has(text)),
    )
    .map(([name]) => ({
      code: "literal-placeholder",
      severity: "warning",
      message: "it holds a text that is a placeholder to whoever reads the file",
      hint: "its value comes from the environment of each node, and of osac",
      kind,
      name,
    }));
}

function textsIn(value: Json): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => [key, ...textsIn(item)]);
}
