import { strict as assert } from "node:assert";
import { failure, makeFinding } from "../errors.ts";
import { findIgnored } from "../kinds/ignore-rules.ts";
import { allKinds } from "../kinds/index.ts";
import type { Kind } from "../kinds/kind.ts";
import type { Change } from "../model/change.ts";
import type { ClusterInfo } from "../model/cluster.ts";
import type { Directory, LiveState } from "../model/entity.ts";
import type { Finding } from "../model/finding.ts";
import type { KindName } from "../model/kind-name.ts";
import type {
  Comparison,
  IgnoreRule,
  EntityNote,
  NotSent,
  Plan,
  PlanSettings,
  Pruning,
} from "../model/plan.ts";
import { diffEntities } from "./diff.ts";
import { computePlanId } from "./reviewed/fingerprint.ts";
import { unshownFindings } from "./plan-findings.ts";
import { unusedRuleFindings, keepIgnoredFields, excludeIgnored } from "./exclude-ignored.ts";
import { resolveLogins, listSecretsNotCompared, type LoginChoice } from "./resolve-logins.ts";
import { orderChanges, orderRequests } from "./order-requests.ts";
import { applyOwnership, type OwnedEntities } from "./ownership.ts";
import { recordChanges } from "./reviewed/record-changes.ts";
import { noSecretError, dropForcedSecrets } from "./force-secrets.ts";
import { fillUnknown, type UnseenChoice } from "./fill-unknown.ts";
import { getEntities } from "./live-entity.ts";

/** The choices of a user about a plan. */
export interface PlanChoice extends LoginChoice {
  /** The unmanaged entities to delete, by kind. Of an absent kind osac deletes none. */
  readonly prune: { readonly [Kind in KindName]?: Pruning };
  /** Entities that the git history once declared, with the commit that removed each. */
  readonly proved: ReadonlyMap<KindName, ReadonlyMap<string, string>>;
  /** Entities and fields that rules of `ignore` exclude. */
  readonly ignore: readonly IgnoreRule[];
  /** The protective settings. */
  readonly settings?: PlanSettings;
  /** For a rollback, whose desired side may lack secrets. */
  readonly unseen?: UnseenChoice;
  /** Paths of redacted secrets to send, such as `config/dynamic/authc/ldap/…/password`. */
  readonly secretPaths: readonly string[];
}

/** Everything that a plan depends on: the same input gives the same plan. */
export interface PlanInput {
  readonly directory: Directory;
  readonly cluster: ClusterInfo;
  readonly live: LiveState;
  readonly choice: PlanChoice;
}

interface KindPlan {
  readonly changes: readonly Change[];
  readonly compared: number;
  readonly managed: number;
  readonly unmanaged: readonly EntityNote[];
  readonly skipped: readonly EntityNote[];
  readonly ignored: readonly EntityNote[];
  readonly notCompared: readonly EntityNote[];
  readonly notSent: readonly NotSent[];
  readonly findings: readonly Finding[];
}

/** Compares every declared kind that the caller can read with the cluster. Sends no request. */
export function compare(input: PlanInput): Comparison {
  const managed = allKinds.filter(({ name }) => input.directory.kinds.has(name));
  const readable = managed.filter(({ name }) => input.live.get(name)?.readable);
  refuseUnknownChoices(readable, input);
  const parts = readable.map((kind) => planKind(kind, input));
  const changes = orderChanges(parts.flatMap((part) => part.changes));
  const { uuid } = input.cluster;
  const { settings } = input.choice;
  const recorded = recordChanges(changes, input.live);
  return {
    id: uuid === undefined ? undefined : computePlanId(uuid, recorded, settings?.bound),
    settings,
    cluster: input.cluster,
    kinds: readable.map(({ name }) => name),
    compared: parts.reduce((sum, { compared }) => sum + compared, 0),
    managed: Object.fromEntries(readable.map(({ name }, index) => [name, parts[index]!.managed])),
    changes,
    unmanaged: parts.flatMap(({ unmanaged }) => unmanaged),
    skipped: parts.flatMap(({ skipped }) => skipped),
    ignored: parts.flatMap(({ ignored }) => ignored),
    notCompared: parts.flatMap(({ notCompared }) => notCompared),
    notSent: parts.flatMap(({ notSent }) => notSent),
    findings: [
      ...managed.flatMap((kind) => notComparedFindings(kind, input.live)),
      ...parts.flatMap(({ findings }) => findings),
    ],
  };
}

/** Makes the plan of a comparison, with its requests. Changes for which `isLast` is true are written last. */
export function makePlan(compared: Comparison, isLast?: (change: Change) => boolean): Plan {
  return { ...compared, requests: orderRequests(compared.changes, isLast) };
}

/** Refuses a choice that names nothing. Without an error the user would believe that it had an effect. */
function refuseUnknownChoices(readable: readonly Kind[], { directory, choice }: PlanInput): void {
  const users = readable.flatMap(({ name, login }) => (login ? [...directory.kinds.get(name)!.keys()] : []));
  const unknown = [...choice.forced].filter((name) => !users.includes(name));
  if (unknown.length > 0) {
    throw failure(
      "input",
      "no-such-user",
      `--set-password ${unknown.join(", ")}: no file declares such a user`,
    );
  }
  const lost = choice.secretPaths.filter((path) => !readable.some(({ name }) => path.startsWith(`${name}/`)));
  if (lost.length > 0) throw noSecretError(lost[0]!);
}

function planKind(kind: Kind, { directory, cluster, live, choice }: PlanInput): KindPlan {
  const all = { declared: directory.kinds.get(kind.name)!, live: getEntities(live.get(kind.name)) };
  const considered = excludeIgnored(kind, choice.ignore, all.declared, all.live);
  const proved = choice.proved.get(kind.name) ?? new Map<string, string>();
  const owned = applyOwnership(kind, cluster, considered.declared, considered.live, {
    pruning: kind.isSingle ? undefined : choice.prune[kind.name],
    proved,
  });
  const shown = choice.unseen ? fillUnknown(kind, owned, choice.unseen) : owned;
  const { sides: compared, ignored } = keepIgnoredFields(kind, choice.ignore, shown);
  const sides = dropForcedSecrets(kind, resolveLogins(kind, compared, choice), choice.secretPaths);
  const left = [...considered.ignored, ...ignored];
  return {
    changes: diffEntities(kind.name, sides.desired, sides.live).map((change) =>
      annotateChange(change, choice.ignore, proved.get(change.name)),
    ),
    compared: owned.desired.size,
    managed: owned.live.size,
    unmanaged: owned.unmanaged,
    skipped: owned.skipped,
    ignored: left,
    notCompared: listSecretsNotCompared(kind, sides),
    notSent: findNotSent(kind, owned, choice.ignore),
    findings: [
      ...unheededLoginFindings(kind, owned, left, choice),
      ...unshownFindings(kind, compared),
      ...owned.findings,
      ...unusedRuleFindings(kind, choice.ignore, all.declared, all.live),
    ],
  };
}

/** Declared values that the server does not support, except for ignored ones. */
function findNotSent(kind: Kind, { desired }: OwnedEntities, rules: readonly IgnoreRule[]): NotSent[] {
  return [...desired].flatMap(([name, { leftOut = [] }]) => {
    if (leftOut.length === 0) return [];
    const { fields } = findIgnored(rules, kind.name, name);
    return leftOut
      .filter(({ path }) => !fields.some(({ field }) => field.every((step, index) => step === path[index])))
      .map((one) => ({ kind: kind.name, name, ...one }));
  });
}

function annotateChange(
  change: Change,
  rules: readonly IgnoreRule[],
  declaredUntil: string | undefined,
): Change {
  if (change.action === "delete") return declaredUntil === undefined ? change : { ...change, declaredUntil };
  if (change.action === "create") return change;
  const ignored = findIgnored(rules, change.kind, change.name).fields.map(({ field }) => field);
  return ignored.length === 0 ? change : { ...change, ignored };
}

/** Logins that the user wants to send and osac cannot send. */
function unheededLoginFindings(
  kind: Kind,
  { desired, skipped }: OwnedEntities,
  ignored: readonly EntityNote[],
  { forced }: PlanChoice,
): Finding[] {
  const { login } = kind;
  if (!login) return [];
  const finding = (name: string, message: string): Finding =>
    makeFinding("password-not-sent", {
      message: `--set-password cannot send it: ${message}`,
      kind: kind.name,
      name,
    });
  return [
    ...skipped
      .filter(({ name }) => forced.has(name))
      .map(({ name, reason }) => finding(name, `the user is ${reason}`)),
    ...ignored
      .filter(({ name }) => forced.has(name) && !desired.has(name))
      .map(({ name, reason }) => finding(name, `osac.yml ignores the user (${reason})`)),
    ...[...desired]
      .filter(([name, { body }]) => forced.has(name) && body[login.hash] === undefined)
      .map(([name]) => finding(name, "the file has neither a hash nor a password for it")),
  ];
}

function notComparedFindings(kind: Kind, live: LiveState): Finding[] {
  const answer = live.get(kind.name);
  assert(answer, `nobody has asked the cluster for ${kind.name}`);
  if (answer.readable) return [];
  const { reason, hint } = answer;
  return [
    makeFinding("no-read-access", {
      message: `${kind.file} is skipped, no read access: ${reason}`,
      kind: kind.name,
      hint,
    }),
  ];
}
