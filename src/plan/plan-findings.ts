import { makeFinding } from "../errors.ts";
import { formatAddress } from "../kinds/address.ts";
import { isRecord } from "../value/record.ts";
import { getOwnField } from "../value/path.ts";
import { allKinds, kinds } from "../kinds/index.ts";
import type { Kind } from "../kinds/kind.ts";
import { isSameValue } from "../value/equal.ts";
import { isSince, isWithin } from "../value/version.ts";
import type { Change } from "../model/change.ts";
import type { ClusterInfo } from "../model/cluster.ts";
import type { Directory, LiveState } from "../model/entity.ts";
import type { Finding, Place, Version } from "../model/finding.ts";
import type { KindName } from "../model/kind-name.ts";
import type { Body, Value } from "../model/value.ts";
import { Secret } from "../secrets/secret.ts";
import { holdsSecret, findSecrets } from "../value/walk.ts";
import { findLiveEntity, getEntities } from "./live-entity.ts";
import type { Write } from "./writes.ts";
import type { Comparison } from "./resolve-logins.ts";

/**
 * Adapts findings to the version of the server. A value that it would refuse, or that is harmful there, is an
 * error if the entity has to be sent, else a warning. Findings about other servers are dropped.
 */
export function judgeFindings(
  findings: readonly Finding[],
  changes: readonly Change[],
  version: Version,
  live: LiveState,
): Finding[] {
  const byEntity = new Map(changes.map((change) => [formatAddress(change), change]));
  return findings.flatMap((finding) => {
    if (finding.servers && !isWithin(version, finding.servers)) return [];
    const change = byEntity.get(`${finding.kind}/${finding.name}`);
    if (change === undefined || !isSent(change, finding.field)) return [finding];
    const isError = isRefused(finding, change, version, live) || isHarmful(finding, version);
    return [isError ? { ...finding, severity: "error" } : finding];
  });
}

function isHarmful({ harmfulSince: since }: Finding, version: Version): boolean {
  return since !== undefined && isWithin(version, { since });
}

function isRefused(
  { refusedByServer, since, beside }: Finding,
  { name }: Change,
  version: Version,
  live: LiveState,
): boolean {
  if (!refusedByServer || (since !== undefined && !isSince(version, since))) return false;
  // A new entity of that kind is created later, and the server does not check earlier entities again.
  return beside === undefined || findLiveEntity(live, { kind: beside, name }) !== undefined;
}

function isSent(change: Change, field: string | undefined): boolean {
  if (change.action !== "update") return change.action === "create";
  return field === undefined || !isSameValue(change.before[field], change.after[field]);
}

/**
 * Changes that the server refuses because REST may not write their role: it refuses the mapping of such a
 * role too.
 */
export function guardedChangeFindings(changes: readonly Change[], live: LiveState): Finding[] {
  return changes.flatMap(({ kind, name, at }) => {
    const owner = kinds[kind].references(name, {}).find(({ pointer }) => pointer === "");
    if (!owner || findLiveEntity(live, { kind: owner.kind, name })?.builtIn !== "restapi:admin") return [];
    const message = "REST cannot change it: its role holds a permission of restapi:admin/";
    const hint = "change it with securityadmin.sh, and keep the file as it is there";
    return [makeFinding("rest-admin-permission", { severity: "error", message, hint, kind, name, at })];
  });
}

/** Deleted entities whose namesakes of an unmanaged kind remain and refer to nothing. */
export function leftBehindFindings(
  changes: readonly Change[],
  { kinds: declared }: Directory,
  live: LiveState,
): Finding[] {
  return changes.flatMap(({ action, kind, name }) =>
    listNamesakeKinds(kind)
      .filter((other) => action === "delete" && findLiveEntity(live, { kind: other.name, name }))
      .filter((other) => !declared.get(other.name)?.has(name) && !isDeleted(changes, other.name, name))
      .map((other) =>
        makeFinding("dangling-mapping", {
          message: `${other.name}/${name} stays and points to nothing, because no file declares it`,
          hint: `${declared.has(other.name) ? `set prune.${other.name} in osac.yml` : `declare ${other.file}`}, or delete ${name} there by hand; a mapping without its role cannot be changed`,
          kind,
          name,
        }),
      ),
  );
}

/**
 * Mappings that still name a user whom the plan deletes. A later user of the same name would have the role.
 */
export function mappingOfDeletedFindings(
  changes: readonly Change[],
  { kinds: declared }: Directory,
  live: LiveState,
): Finding[] {
  const deleted = changes.filter(({ action, kind }) => action === "delete" && kind === "internalusers");
  const names = new Set(deleted.map(({ name }) => name));
  if (names.size === 0) return [];
  const mappings = new Map<string, { readonly body: Body; readonly at?: Place }>([
    ...getEntities(live.get("rolesmapping")),
    ...(declared.get("rolesmapping") ?? []),
  ]);
  return [...mappings]
    .filter(([name]) => !isDeleted(changes, "rolesmapping", name))
    .flatMap(([name, { body, at }]) => {
      const users = Array.isArray(body["users"]) ? body["users"] : [];
      return users
        .filter((user) => typeof user === "string" && names.has(user))
        .map((user) =>
          makeFinding("mapping-of-deleted-user", {
            message: `names the user ${JSON.stringify(user)}, which this plan deletes; the next user with this name gets the role`,
            hint: "remove the name from the mapping as well",
            kind: "rolesmapping",
            name,
            at,
          }),
        );
    });
}

function isDeleted(changes: readonly Change[], kind: KindName, name: string): boolean {
  return changes.some((change) => change.action === "delete" && change.kind === kind && change.name === name);
}

/**
 * Users with a role whose mapping is built-in: the server lets only REST administrators write them (2.11 does
 * not check this, `UserService`).
 */
export function reservedMappingFindings(
  changes: readonly Change[],
  live: LiveState,
  { adminDn, version }: ClusterInfo,
): Finding[] {
  if (adminDn !== undefined || !isSince(version, "2.12")) return [];
  return changes.flatMap((change) => {
    if (change.action === "delete") return [];
    const { kind, name, at } = change;
    const given = kinds[kind].references(name, change.after).filter(({ pointer }) => pointer !== "");
    const refused = given.filter((role) =>
      listNamesakeKinds(role.kind).some(
        (other) => findLiveEntity(live, { kind: other.name, name: role.name })?.builtIn !== undefined,
      ),
    );
    return refused.map((role) =>
      makeFinding("reserved-mapping", {
        message: `the role "${role.name}" has a reserved mapping, so only the admin certificate may give it to a user`,
        hint: "use the admin certificate, or remove the role from the user",
        kind,
        name,
        at,
      }),
    );
  });
}

/** The kinds whose entities belong to one of the same name, as a mapping does to its role. */
function listNamesakeKinds(kind: KindName): Kind[] {
  return allKinds.filter((other) =>
    other.references("", {}).some((owner) => owner.kind === kind && owner.pointer === ""),
  );
}

/** Reports that placeholders have no values, and how many. */
export function opaqueFindings({ kinds: declared }: Directory): Finding[] {
  const bodies = [...declared.values()].flatMap((entities) => [...entities.values()]);
  const count = bodies
    .flatMap(({ body }) => findSecrets(body))
    .filter(({ isKnown, facts }) => !isKnown && !facts.isOpen).length;
  if (count === 0) return [];
  const what = count === 1 ? "1 value was" : `${count} values were`;
  return [
    makeFinding("secrets-not-checked", {
      message: `--secrets opaque: ${what} not looked at; whether they are set, or differ, shows a plan that has them`,
    }),
  ];
}

/** Placeholders outside of secret fields that have no value: a reviewer must see the value. */
export function unshownFindings({ name: kind }: Kind, { desired, live }: Comparison): Finding[] {
  return [...desired].flatMap(([name, { body, at }]) => {
    const isOpen = holdsSecret(body, ({ facts }) => facts.isOpen === true);
    const open = isOpen ? collectUnseen(body, live.get(name)) : [];
    return open.map(({ reference, facts: { lack } }) =>
      makeFinding("placeholder-not-allowed", {
        severity: "error",
        message: `${reference} ${lack!.reason}`,
        hint: lack!.hint,
        kind,
        name,
        at,
      }),
    );
  });
}

/** Placeholders that osac cannot compare. If files and cluster have the same text, the values are equal. */
function collectUnseen(desired: Value, live: Value | undefined): Secret[] {
  if (desired instanceof Secret) return desired.facts.isOpen && desired.reference !== live ? [desired] : [];
  if (Array.isArray(desired)) {
    const texts = Array.isArray(live) ? live : [];
    return desired.flatMap((item, index) =>
      item instanceof Secret
        ? collectUnseen(
            item,
            texts.find((one) => one === item.reference),
          )
        : collectUnseen(item, texts[index]),
    );
  }
  if (!isRecord(desired)) return [];
  return Object.entries(desired).flatMap(([field, item]) =>
    collectUnseen(item, isRecord(live) ? getOwnField(live, field) : undefined),
  );
}

/** Placeholders without a value are errors only if they have to be sent. */
export function unsendableFindings(write: Write): Finding[] {
  const { change } = write;
  const unknown = listSentSecrets(write).filter(({ isKnown }) => !isKnown);
  // A placeholder outside of secret fields is refused wherever it would be compared.
  const closed = unknown.filter(({ facts }) => !facts.isOpen);
  const missing = new Map(closed.map((secret) => [secret.reference ?? "a secret", secret.facts.lack]));
  return [...missing].map(([reference, lack]) =>
    makeFinding("undefined-placeholder", {
      message: `${reference} ${lack?.reason ?? "is not known"}, and its value has to be sent`,
      hint: lack?.hint,
      kind: change.kind,
      name: change.name,
      at: change.at,
    }),
  );
}

/** A change with the texts of the placeholders whose values it sends. */
export function withReferences(write: Write): { change: Change; references: ReadonlySet<string> } {
  const references = new Set(listSentSecrets(write).flatMap(({ reference }) => reference ?? []));
  return { change: write.change, references };
}

function listSentSecrets({ operations }: Write): Secret[] {
  return operations.flatMap((operation) => (operation.op === "add" ? findSecrets(operation.value) : []));
}
