import { openReader } from "../cluster/client.ts";
import { fetchLive } from "../cluster/fetch.ts";
import { identify } from "../cluster/identify.ts";
import { readConnection } from "../config/connection.ts";
import { dumpYaml } from "../config/dump.ts";
import { hasPlaceholder } from "../config/placeholders.ts";
import { refusedEntities } from "../config/refused.ts";
import type { Settings } from "../config/settings.ts";
import { writeFiles } from "../config/write.ts";
import { exitCodes, failure, type ExitReason } from "../errors.ts";
import { exportFiles, type ExportedFile } from "../export/export-files.ts";
import { isAbout, withoutIgnored } from "../kinds/ignore.ts";
import {
  kindNames,
  type ClusterInfo,
  type Connection,
  type Finding,
  type IgnoreRule,
  type Json,
  type KindName,
  type LiveKind,
} from "../model.ts";
import { exportDocument, exportText } from "../report/export.ts";
import { counted, findingsText } from "../report/findings.ts";
import { jsonText } from "../report/json.ts";
import { lookOf } from "../report/terminal.ts";
import type { Io } from "./io.ts";
import { warnIfInsecure } from "./task.ts";

/** Writes the live state as a directory whose plan is empty. */
export async function run(settings: Settings, io: Io): Promise<ExitReason> {
  const connection = await readConnection(settings, io.stdin, io.env);
  warnIfInsecure(connection, io);
  const { cluster, live: all } = await readLive(connection, settings);
  const live = withoutIgnored(all, settings.ignore);
  const choice = { areAllIncluded: settings.all, withHashes: settings.withHashes };
  const whole = exportFiles(live, cluster.version, choice);
  const refused = refusedEntities(settings.directory, whole.files);
  const { files, placeholders } =
    refused.length === 0 ? whole : exportFiles(withoutRefused(live, refused), cluster.version, choice);
  if (files.length === 0)
    throw failure("access", "nothing-readable", "the caller may read none of the kinds; nothing was written");
  const texts = files.map(({ kind, file, content }) => ({ kind, file, text: dumpYaml(content) }));
  const written = await writeFiles(settings.directory, texts, settings.force);
  const result = {
    cluster,
    directory: settings.directoryName,
    files: files.map(({ kind, entities }, index) => ({ ...written[index]!, kind, entities })),
    placeholders,
  };
  const ours = new Set(placeholders.map(({ variable }) => `\${env.${variable}}`));
  const findings = [
    ...unreadable(live),
    ...settings.ignore.flatMap((rule) => leftOut(rule, all)),
    ...refused.map(notExported),
    ...files.flatMap((file) => literalPlaceholders(file, ours)),
  ];
  if (settings.output === "json") {
    io.stdout.write(jsonText(exportDocument(result, exitCodes.done.code, findings)));
  } else {
    io.stderr.write(findingsText(findings, lookOf(io.stderr, io.env)));
    io.stdout.write(exportText(result, lookOf(io.stdout, io.env)));
  }
  return "done";
}

async function readLive(
  connection: Connection,
  { kinds: only, withHashes }: Settings,
): Promise<{ cluster: ClusterInfo; live: ReadonlyMap<KindName, LiveKind> }> {
  const reader = openReader(connection);
  try {
    const cluster = await identify(reader, connection);
    if (withHashes && cluster.adminDn === undefined) {
      throw failure(
        "input",
        "needs-certificate",
        "--with-hashes needs the admin certificate: nobody else can see hashes",
        {
          hint: "give it with --client-cert and --client-key",
        },
      );
    }
    return { cluster, live: await fetchLive(reader, connection, cluster, only ?? kindNames) };
  } finally {
    await reader.close();
  }
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
