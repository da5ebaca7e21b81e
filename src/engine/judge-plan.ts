import { isError } from "../errors.ts";
import { readStoredDocuments } from "../cluster/stored-documents.ts";
import { versionFindings } from "../cluster/version.ts";
import { guardFindings } from "../guard/index.ts";
import { formatAddress } from "../kinds/address.ts";
import { checkReferences } from "../lint/check-directory.ts";
import { confusableNameFindings } from "../lint/confusable-names.ts";
import { notSupportedFindings } from "../lint/not-supported.ts";
import type { KnownNames } from "../lint/references.ts";
import { refusedSecretFindings } from "../lint/refused-secrets.ts";
import { unknownFieldFindings } from "../lint/unknown-fields.ts";
import type { Change } from "../model/change.ts";
import type { Reader } from "../model/cluster.ts";
import type { LiveState } from "../model/entity.ts";
import type { Finding } from "../model/finding.ts";
import type { Plan } from "../model/plan.ts";
import { algorithmFindings } from "../passwords/user-passwords.ts";
import {
  guardedChangeFindings,
  judgeFindings,
  leftBehindFindings,
  mappingOfDeletedFindings,
  opaqueFindings,
  reservedMappingFindings,
  unsendableFindings,
  withReferences,
} from "../plan/plan-findings.ts";
import { addWayOut, isLeftOut } from "../plan/refused-entities.ts";
import { placeholderFindings } from "../plan/server-placeholders.ts";
import { writesIn } from "../plan/writes.ts";
import { limitFindings, toErrors } from "../report/findings-text.ts";
import type { Task } from "./task.ts";
import { disproofFindings } from "../plan/prove-changes.ts";

/**
 * Collects all findings about a plan. If no finding refuses the plan, osac also proves that each request
 * gives the desired state.
 */
export async function judgePlan(
  reader: Reader,
  plan: Plan,
  live: LiveState,
  task: Task,
  found: readonly Finding[],
): Promise<Finding[]> {
  const all = [
    ...plan.findings,
    ...found,
    ...(await fileFindings(plan, live, task)).map(addWayOut),
    ...leftBehindFindings(plan.changes, task.directory, live),
    ...mappingOfDeletedFindings(plan.changes, task.directory, live),
    ...planGuardFindings(plan, task),
    ...versionFindings(plan.cluster),
    ...reader.unanswered.values(),
    ...algorithmFindings(plan.changes, live, task.hashing),
    ...(await bakedInPlaceholderFindings(reader, plan)),
  ];
  const judged = limitFindings(task.isStrict ? toErrors(all) : all);
  return judged.some(isError) ? judged : [...judged, ...proofFindings(plan, live, task)];
}

/** Values of the files that the server refuses or does not support, judged by the plan that sends them. */
async function fileFindings(plan: Plan, live: LiveState, task: Task): Promise<Finding[]> {
  const { directory } = task;
  const { changes, requests, cluster } = plan;
  const names = collectNamesAfter(live, changes);
  const writes = writesIn(requests);
  const unsent = notSupportedFindings(directory, plan);
  const offline = [
    ...dropUnsent(dropRepeatedFindings(directory.findings, plan.findings), unsent),
    ...unsent,
    ...unknownFieldFindings(directory, changes, live),
    ...(await checkReferences(directory, names)),
    ...confusableNameFindings(directory, names),
  ].filter((finding) => !isLeftOut(finding, task.choice.ignore));
  return [
    ...judgeFindings(offline, changes, cluster.version, live),
    ...(task.areSecretsOpaque ? opaqueFindings(directory) : writes.flatMap(unsendableFindings)),
    ...(task.isSending ? refusedSecretFindings(directory, writes.map(withReferences)) : []),
    ...guardedChangeFindings(changes, live),
    ...reservedMappingFindings(changes, live, cluster),
  ];
}

/** osac cannot prove a value that is not resolved yet. Such a plan is refused, or it is never sent. */
function proofFindings({ requests, cluster }: Plan, live: LiveState, { areSecretsOpaque }: Task): Finding[] {
  const writes = writesIn(requests);
  const provable = areSecretsOpaque
    ? writes.filter((write) => unsendableFindings(write).length === 0)
    : writes;
  return disproofFindings(provable, live, cluster.version);
}

/** Drops a warning about the files if the plan has an error for the same. */
function dropRepeatedFindings(offline: readonly Finding[], said: readonly Finding[]): Finding[] {
  const code = "placeholder-not-allowed";
  const entities = new Set(
    said.filter((finding) => finding.code === code).map(({ kind, name }) => `${kind}/${name}`),
  );
  return offline.filter(
    (finding) => finding.code !== code || !entities.has(`${finding.kind}/${finding.name}`),
  );
}

/** Drops what the server would refuse at a place whose value osac does not send. */
function dropUnsent(offline: readonly Finding[], unsent: readonly Finding[]): Finding[] {
  const places = new Set(unsent.map(({ at }) => JSON.stringify(at)));
  return offline.filter(({ refusedByServer, at }) => !refusedByServer || !places.has(JSON.stringify(at)));
}

/** Placeholders that a write would store with their values. Only the admin certificate can see them. */
async function bakedInPlaceholderFindings(reader: Reader, { cluster, requests }: Plan): Promise<Finding[]> {
  if (cluster.adminDn === undefined || requests.length === 0) return [];
  const written = [...new Set(requests.map(({ kind }) => kind))];
  return placeholderFindings(await readStoredDocuments(reader, written));
}

/**
 * The findings of the guards. An unused approval is no mistake with a reviewed plan, because its deletion may
 * be done already. An empty directory or kind is no mistake with a rollback: a backup has nothing of what its
 * run created.
 */
function planGuardFindings(made: Plan, task: Task): Finding[] {
  const { guards: choice, reviewed, backup, directory } = task;
  const allowedEscalations = task.administration?.approvals;
  const findings = choice ? guardFindings({ plan: made, directory, choice, allowedEscalations }) : [];
  const pointless = [
    ...(reviewed ? ["unused-approval"] : []),
    ...(backup ? ["empty-directory", "empty-kind"] : []),
  ];
  return findings.filter(({ code }) => !pointless.includes(code));
}

/**
 * The names that exist after the plan: entities that stay, and created ones. A kind that the caller cannot
 * read is unknown.
 */
function collectNamesAfter(live: LiveState, changes: readonly Change[]): KnownNames {
  const deleted = new Set(changes.filter(({ action }) => action === "delete").map(formatAddress));
  return new Map(
    [...live].flatMap(([kind, answer]) => {
      if (!answer.readable) return [];
      const kept = [...answer.entities.keys()].filter((name) => !deleted.has(formatAddress({ kind, name })));
      const created = changes.filter((change) => change.action === "create" && change.kind === kind);
      return [[kind, new Set([...kept, ...created.map(({ name }) => name)])]];
    }),
  );
}
