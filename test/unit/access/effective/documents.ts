import { expect } from "vitest";
import type { Documents } from "../../../../src/access/index.ts";
import {
  can,
  identifyCaller,
  loadAccess,
  type Access,
  type Caller,
  type ClusterNames,
  type Decision,
  type NodeSettings,
  type Subject,
} from "../../../../src/access/effective/index.ts";
import { kindNames, type KindName } from "../../../../src/model/kind-name.ts";
import type { Body } from "../../../../src/model/value.ts";

/** A cluster in few words. */
export interface Cluster {
  readonly version?: string;
  readonly roles?: Readonly<Record<string, Body>>;
  readonly mappings?: Readonly<Record<string, Body>>;
  readonly groups?: Readonly<Record<string, readonly string[]>>;
  readonly users?: Readonly<Record<string, Body>>;
  readonly tenants?: readonly string[];
  readonly dynamic?: Body;
  readonly names?: ClusterNames;
  readonly settings?: Partial<NodeSettings>;
}

/** Every role is mapped to the users that are called like it, unless the mappings say otherwise. */
export function access(cluster: Cluster): Access {
  const { roles = {}, mappings, users = {}, groups = {}, tenants = [] } = cluster;
  const own = Object.fromEntries(Object.keys(roles).map((role) => [role, { users: [role] }]));
  const kinds: Partial<Record<KindName, Readonly<Record<string, Body>>>> = {
    roles,
    rolesmapping: mappings ?? own,
    actiongroups: Object.fromEntries(
      Object.entries(groups).map(([name, actions]) => [name, { allowed_actions: [...actions] }]),
    ),
    internalusers: {
      ...Object.fromEntries(Object.keys(roles).map((role) => [role, {}])),
      ...users,
    },
    tenants: Object.fromEntries(tenants.map((tenant) => [tenant, {}])),
    config: { config: { dynamic: cluster.dynamic ?? {} } },
  };
  const documents: Documents = new Map(
    kindNames.flatMap((kind) => {
      const entities = kinds[kind];
      return entities ? [[kind, new Map(Object.entries(entities))] as const] : [];
    }),
  );
  return loadAccess({
    documents,
    version: cluster.version ?? "3.4.0",
    facts: { names: cluster.names, settings: cluster.settings },
    keepsOrder: true,
  });
}

/** Indices with their aliases; `name!` is hidden, `name~` closed, `name@stream` of a data stream. */
export function names(indices: Readonly<Record<string, readonly string[]>>): ClusterNames {
  return {
    indices: new Map(
      Object.entries(indices).map(([written, aliases]) => {
        const [, name = "", mark = "", stream] = /^([^!~@]+)([!~]?)(?:@(.+))?$/.exec(written) ?? [];
        return [
          name,
          { aliases, stream, isHidden: mark === "!" || stream !== undefined, isClosed: mark === "~" },
        ];
      }),
    ),
  };
}

export function user(of: Access, name: string): Caller {
  return identifyCaller(of, { kind: "user", name, address: "127.0.0.1" });
}

function caller(of: Access, subject: Subject): Caller {
  return identifyCaller(of, subject);
}

/** An entry of `index_permissions`. */
export function block(patterns: readonly string[], actions: readonly string[], rest: Body = {}): Body {
  return { index_patterns: [...patterns], allowed_actions: [...actions], ...rest };
}

/** A role with index permissions only. */
export function role(...blocks: Body[]): Body {
  return { cluster_permissions: [], index_permissions: blocks, tenant_permissions: [] };
}

/** The answer for an internal user, in a word: `allowed`, `partly 403 a,b`, `denied`, `unknown code`. */
export function ask(of: Access, name: string, what: string, ...expressions: string[]): string {
  return word(can(of, user(of, name), what, { kind: "indices", expressions }).decision);
}

/** The same for any subject. */
export function askAs(of: Access, subject: Subject, what: string, ...expressions: string[]): string {
  return word(can(of, caller(of, subject), what, { kind: "indices", expressions }).decision);
}

function word(decision: Decision): string {
  expectWords(decision);
  if (decision.verdict === "partly") return `partly ${decision.effect} ${decision.names.join()}`.trim();
  if (decision.verdict === "unknown") return `unknown ${decision.reasons.map(({ code }) => code).join()}`;
  return decision.verdict;
}

/** Every answer has words: what a permission is for, what is missing, and which fact is not known. */
function expectWords(decision: Decision): void {
  if ("because" in decision)
    expect(decision.because.filter(({ action, chain }) => action === "" || chain === undefined)).toEqual([]);
  if ("missing" in decision) expect(decision.missing.filter(({ what }) => what === "")).toEqual([]);
  if (decision.verdict === "denied") expect(decision.missing).not.toEqual([]);
  if (decision.verdict === "unknown")
    expect(decision.reasons.filter(({ code, text }) => text.length < 10 || (code as string) === "")).toEqual(
      [],
    );
}
