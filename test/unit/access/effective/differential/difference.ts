import { compareAccess } from "../../../../../src/access/compare/index.ts";
import { makeTransition, type Documents } from "../../../../../src/access/documents.ts";
import type { Access } from "../../../../../src/access/effective/index.ts";
import type { AccessChange, AccessPrincipal } from "../../../../../src/model/access-change.ts";
import type { Change } from "../../../../../src/model/change.ts";
import type { Cluster } from "./cluster.ts";
import { makeConfiguration, type Configuration } from "./configuration.ts";
import { askAs, judgeClaim, readClaim, type Answers } from "./claims.ts";
import { seeded, type Random } from "./random.ts";

/** What came of the lines of some differences. */
export interface Outcome {
  /** Lines that the node confirmed, for one principal each. */
  confirmed: number;
  /** Answers that changed, for which there is a line. */
  flips: number;
  readonly disagreements: string[];
}

/** Callers with one backend role, two, or none, under names that no mapping has. */
const outsiders: Readonly<Record<string, readonly string[]>> = {
  "x-none": [],
  "x-b1": ["b1"],
  "x-b2": ["b2"],
  "x-b3": ["b3"],
  "x-b1-b2": ["b1", "b2"],
};

/**
 * Changes the configuration of a node at random, again and again. Asks it before and after each change as each user:
 * each line of the difference must be true of its example, and each answer that changes must have a line.
 */
export async function compareDifferences(cluster: Cluster, pairs: number, seed: number): Promise<Outcome> {
  const random = seeded(seed);
  const outcome: Outcome = { confirmed: 0, flips: 0, disagreements: [] };
  let before = comparable(makeConfiguration(random, cluster.node.version));
  let access = await cluster.install(before);
  for (let pair = 0; pair < pairs && outcome.disagreements.length < 5; pair++) {
    const after = edit(random, before, comparable(makeConfiguration(random, cluster.node.version)));
    const changes = findDifference(access, listChanges(access.documents, before, after));
    access = await judgeDifference(cluster, { before, after }, changes, outcome);
    before = after;
  }
  return outcome;
}

/**
 * Each request comes from the same address, so no mapping may be for it. A forbidden name always fails. No role has
 * expressions, which are compared as texts only.
 */
function comparable({ roles, mappings, users, dynamic, ...rest }: Configuration): Configuration {
  const away = Object.entries(mappings).map(([role, mapping]) => [
    role,
    "hosts" in mapping ? { ...mapping, hosts: ["10.*"] } : mapping,
  ]);
  const more = Object.entries(outsiders).map(([name, roles]) => [name, { backend_roles: [...roles] }]);
  return {
    ...rest,
    roles: Object.fromEntries(Object.entries(roles).map(([name, role]) => [name, withoutExpressions(role)])),
    mappings: { ...Object.fromEntries(away), ZBASE: { users: ["u*", ...Object.keys(outsiders)] } },
    users: { ...users, ...Object.fromEntries(more) },
    dynamic: { ...dynamic, do_not_fail_on_forbidden: false, do_not_fail_on_forbidden_empty: false },
  };
}

function withoutExpressions(role: Configuration["roles"][string]): Configuration["roles"][string] {
  const blocks = role["index_permissions"] as { index_patterns: string[] }[];
  const plain = blocks.map(({ index_patterns: patterns, ...rest }) => ({
    ...rest,
    index_patterns: patterns.map((pattern) => (pattern.startsWith("/") ? "zz-b" : pattern)),
  }));
  return { ...role, index_permissions: plain };
}

/** The server needs a while for each new index. */
const examplesMax = 12;

/** Takes some entities from another configuration: half of the time a few, and else most. */
function edit(random: Random, before: Configuration, other: Configuration): Configuration {
  const share = random.below(2) === 0 ? 6 : 2;
  const mix = <Entities extends object>(old: Entities, now: Entities): Entities =>
    Object.fromEntries(
      Object.entries(old).map(([name, body]) => [
        name,
        random.below(share) === 0 ? now[name as keyof Entities] : body,
      ]),
    ) as Entities;
  return {
    roles: mix(before.roles, other.roles),
    mappings: mix(before.mappings, other.mappings),
    users: mix(before.users, other.users),
    groups: mix(before.groups, other.groups),
    dynamic: before.dynamic,
  };
}

const kinds = {
  roles: "roles",
  mappings: "rolesmapping",
  users: "internalusers",
  groups: "actiongroups",
} as const;

function listChanges(documents: Documents, before: Configuration, after: Configuration): Change[] {
  return (Object.keys(kinds) as (keyof typeof kinds)[]).flatMap((part) =>
    Object.entries(after[part]).flatMap(([name, body]): Change[] => {
      if (body === before[part][name]) return [];
      const old = documents.get(kinds[part])!.get(name)!;
      return [{ kind: kinds[part], name, action: "update", before: old, after: body }];
    }),
  );
}

function findDifference(access: Access, changes: readonly Change[]): readonly AccessChange[] {
  const transition = makeTransition(access.documents, changes);
  const { indices } = access.names!;
  const facts = { names: { indices }, settings: { "system_indices.enabled": true } };
  const found = compareAccess({ transition, version: access.version, facts });
  return found?.changes ?? [];
}

async function judgeDifference(
  cluster: Cluster,
  { before, after }: Readonly<Record<"before" | "after", Configuration>>,
  changes: readonly AccessChange[],
  outcome: Outcome,
): Promise<Access> {
  const examples = await cluster.createExamples(
    changes.flatMap((change) => readClaim(change)?.name ?? []).slice(0, examplesMax),
  );
  const askAll = async (): Promise<Map<string, Answers>> => {
    const answers = new Map<string, Answers>();
    for (const user of Object.keys(after.users)) {
      const claims = changes
        .filter((change) => isAbout(change, user))
        .flatMap((change) => readClaim(change) ?? []);
      answers.set(user, await askAs(cluster, user, examples, claims));
    }
    return answers;
  };
  const old = await askAll();
  const access = await cluster.install(after);
  const now = await askAll();
  await cluster.deleteExamples(examples);
  for (const user of Object.keys(after.users)) {
    const own = changes.filter((change) => isAbout(change, user));
    const told = changes.filter((change) => isAbout(change, user) || isAboutEveryone(change));
    const sides = [old.get(user)!, now.get(user)!] as const;
    const wrong = [...judgeClaims(user, own, sides, outcome), ...findUntold(user, told, sides, outcome)];
    outcome.disagreements.push(...wrong.map((text) => `${text}\n${reproduction(user, before, after)}`));
  }
  return access;
}

/** True if the user stands for one of the principals of a line. */
function isAbout({ principals }: AccessChange, user: string): boolean {
  return principals.some((principal) => standsFor(user, principal));
}

/** True if a line about everyone covers all users. */
function isAboutEveryone({ principals }: AccessChange): boolean {
  return principals.some(({ kind }) => kind === "everyone");
}

function standsFor(user: string, { kind, name }: AccessPrincipal): boolean {
  if (kind === "user") return name === user;
  if (kind === "everyone") return user === "x-none";
  if (kind === "backend-role") return user === `x-${name}`;
  return kind === "backend-roles" && user === `x-${name.replaceAll(" and ", "-")}`;
}

function judgeClaims(
  user: string,
  changes: readonly AccessChange[],
  [old, now]: readonly [Answers, Answers],
  outcome: Outcome,
): string[] {
  return changes.flatMap((change) => {
    const claim = change.perhaps === undefined ? readClaim(change) : undefined;
    if (claim === undefined) return [];
    const wrong = judgeClaim(claim, old, now);
    if (wrong === undefined) outcome.confirmed++;
    return wrong === undefined || wrong === ""
      ? []
      : [`${user} ${change.effect}, e.g. ${claim.name}: ${wrong}`];
  });
}

/** Answers that changed although no line says so. A line that is not certain counts. */
function findUntold(
  user: string,
  changes: readonly AccessChange[],
  [old, now]: readonly [Answers, Answers],
  outcome: Outcome,
): string[] {
  return [...old].flatMap(([question, was]) => {
    const is = now.get(question);
    if (is === undefined || was === is) return [];
    outcome.flips++;
    const direction = was === "no" ? "gain" : is === "no" ? "loss" : "change";
    const isTold = changes.some((change) => direction === "change" || change.direction === direction);
    return isTold ? [] : [`${user} ${question}: ${was}, then ${is}, and no line of a ${direction}`];
  });
}

/** Everything that differs between both sides. */
function reproduction(user: string, before: Configuration, after: Configuration): string {
  return (Object.keys(kinds) as (keyof typeof kinds)[])
    .flatMap((part) =>
      Object.entries(after[part]).flatMap(([name, body]) => {
        const isUser = part === "users";
        const isOwn = name === user;
        const old = before[part][name];
        if (isUser ? !isOwn : body === old) return [];
        return [
          `  ${part} ${name}: ${JSON.stringify(old)} → ${body === old ? "the same" : JSON.stringify(body)}`,
        ];
      }),
    )
    .join("\n");
}
