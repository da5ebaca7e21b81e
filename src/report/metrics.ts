import type { Change } from "../model/change.ts";
import type { DriftCause, DriftKind } from "../model/drift.ts";
import type { KindName } from "../model/kind-name.ts";
import type { Plan } from "../model/plan.ts";

/**
 * The metrics. If a check fails, the kept ones have the values of the last completed check; the others
 * describe each run.
 */
const families = {
  osac_last_run_timestamp_seconds: { help: "End of the last check, failed or not.", isKept: false },
  osac_last_run_exit_code: {
    help: "Exit code of the last check: 0 no drift, 2 drift, anything else a check that failed.",
    isKept: false,
  },
  osac_last_run_duration_seconds: { help: "Duration of the last check.", isKept: false },
  osac_build_info: { help: "Version of osac of the last check.", isKept: false },
  osac_last_success_timestamp_seconds: {
    help: "End of the last check that had a result, drift or none.",
    isKept: true,
  },
  osac_entities: { help: "Entities, as of the last completed check.", isKept: true },
  osac_unmanaged_entity: {
    help: "Unmanaged entities, one series each.",
    isKept: true,
  },
  osac_drift_entities: {
    help: "Entities that differ, by which side changed, as of the last completed check.",
    isKept: true,
  },
  osac_escalation: {
    help: "Escalations in the cluster against the files, one series each; allowed if the settings allow it.",
    isKept: true,
  },
  osac_access_changes: {
    help: "Effects by which somebody has more or less access in the cluster than by the files.",
    isKept: true,
  },
  osac_kind_compared: {
    help: "1 if the last completed check could read the resource type, otherwise 0.",
    isKept: true,
  },
  osac_certificate_expiry_timestamp_seconds: {
    help: "First expiry of the certificates of the connection.",
    isKept: true,
  },
} as const;

type Family = keyof typeof families;

/** One value of a metric. */
interface Sample {
  readonly family: Family;
  readonly value: number;
  readonly labels?: Readonly<Record<string, string>>;
}

/** The facts of every run, failed or not. */
export interface RunMetrics {
  /** The target of the check, always known, so that the series of a target keep their labels. */
  readonly target: { readonly cluster: string; readonly directory: string };
  readonly now: Date;
  readonly seconds: number;
  readonly exitCode: number;
  /** The version of osac. */
  readonly tool: string;
}

/** The facts of a completed check. */
export interface CheckMetrics extends RunMetrics {
  readonly plan: Plan;
  /** The resource types that the files declare. */
  readonly declared: readonly KindName[];
  readonly causes: ReadonlyMap<Change, DriftCause>;
  /** True if the run had a base, so that it knows which side changed. */
  readonly isTold: boolean;
  /** ISO 8601; empty over plain HTTP. */
  readonly certificatesUntil: readonly string[];
}

/** Formats the metrics of a completed check in the text format of Prometheus. */
export function formatCheckMetrics(check: CheckMetrics): string {
  const { plan, declared, target, now, certificatesUntil } = check;
  const ends = certificatesUntil.map((until) => Date.parse(until) / 1000);
  return render(target, [
    ...makeRunSamples(check),
    { family: "osac_last_success_timestamp_seconds", value: now.getTime() / 1000 },
    ...plan.kinds.flatMap((kind) => [...makeEntitySamples(plan, kind), ...makeDriftSamples(check, kind)]),
    ...plan.unmanaged.map(({ kind, name }): Sample => ({
      family: "osac_unmanaged_entity",
      labels: { kind, name },
      value: 1,
    })),
    ...(plan.escalations ?? []).flatMap(({ word, names, allowed }) =>
      names.map((name): Sample => ({
        family: "osac_escalation",
        labels: { word, who: name.slice(word.length + 1), allowed: String(allowed !== undefined) },
        value: 1,
      })),
    ),
    ...makeAccessSamples(plan),
    ...declared.map((kind): Sample => ({
      family: "osac_kind_compared",
      labels: { kind },
      value: Number(plan.kinds.includes(kind)),
    })),
    ...(ends.length === 0
      ? []
      : [
          {
            family: "osac_certificate_expiry_timestamp_seconds",
            value: ends.reduce((first, end) => Math.min(first, end)),
          } as const,
        ]),
  ]);
}

/**
 * Formats the metrics of a failed check. Its result is unknown, so the values of the last completed check in
 * `older` are kept.
 */
export function formatFailureMetrics(run: RunMetrics, older = ""): string {
  return render(run.target, makeRunSamples(run), older.split("\n"));
}

function makeRunSamples({ now, exitCode, seconds, tool }: RunMetrics): Sample[] {
  return [
    { family: "osac_last_run_timestamp_seconds", value: now.getTime() / 1000 },
    { family: "osac_last_run_exit_code", value: exitCode },
    { family: "osac_last_run_duration_seconds", value: Math.round(seconds * 1000) / 1000 },
    { family: "osac_build_info", labels: { version: tool }, value: 1 },
  ];
}

function makeEntitySamples(plan: Plan, kind: KindName): Sample[] {
  const listed = (list: "unmanaged" | "skipped" | "ignored" | "notCompared"): number =>
    new Set(plan[list].filter((one) => one.kind === kind).map(({ name }) => name)).size;
  const states = {
    managed: plan.managed[kind] ?? 0,
    unmanaged: listed("unmanaged"),
    skipped: listed("skipped"),
    ignored: listed("ignored"),
    not_compared: listed("notCompared"),
  };
  return Object.entries(states).map(([state, value]) => ({
    family: "osac_entities",
    labels: { kind, state },
    value,
  }));
}

function makeAccessSamples({ access }: Plan): Sample[] {
  return (["gain", "loss", "change"] as const).map((direction) => ({
    family: "osac_access_changes",
    labels: { direction },
    value: (access?.changes ?? []).filter((one) => one.direction === direction).length,
  }));
}

/** Makes the samples of drift. Without a base, the causes are absent: zero would mean no drift. */
function makeDriftSamples({ plan, causes, isTold }: CheckMetrics, kind: KindName): Sample[] {
  const told: readonly DriftCause[] = isTold ? ["live", "files", "both"] : ["unknown"];
  const sample = (cause: DriftKind, entities: readonly { readonly kind: KindName }[]): Sample => ({
    family: "osac_drift_entities",
    labels: { kind, cause },
    value: entities.filter((entity) => entity.kind === kind).length,
  });
  return [
    ...told.map((cause) =>
      sample(
        cause,
        plan.changes.filter((change) => causes.get(change) === cause),
      ),
    ),
    sample(
      "skipped",
      plan.skipped.filter(({ differs }) => differs),
    ),
  ];
}

/** @param older lines of an earlier file; the kept metrics of the same target are copied from it */
function render(
  target: RunMetrics["target"],
  samples: readonly Sample[],
  older: readonly string[] = [],
): string {
  const ofTarget = labelsText(target);
  const formatLine = ({ family, labels, value }: Sample): string =>
    `${family}{${[ofTarget, ...(labels ? [labelsText(labels)] : [])].join(",")}} ${value}`;
  return Object.entries(families)
    .flatMap(([family, { help, isKept }]) => {
      const beginning = `${family}{${ofTarget}`;
      const lines = [
        ...samples.filter((sample) => sample.family === family).map(formatLine),
        ...older.filter((line) => isKept && line.startsWith(beginning) && isSample(line, beginning)),
      ];
      return lines.length === 0 ? [] : [`# HELP ${family} ${help}`, `# TYPE ${family} gauge`, ...lines];
    })
    .join("\n")
    .concat("\n");
}

/** Returns true if the line is a valid sample: a file that was edited must not break the new one. */
function isSample(line: string, beginning: string): boolean {
  return /^(?:,\w+="(?:[^"\\\n]|\\.)*")*\} \d+(?:\.\d+)?$/.test(line.slice(beginning.length));
}

function labelsText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${escapeLabel(value)}"`)
    .join(",");
}

function escapeLabel(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
