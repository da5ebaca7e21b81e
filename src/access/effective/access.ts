import { parseVersion } from "../../value/version.ts";
import type { Version } from "../../model/finding.ts";
import type { Body } from "../../model/value.ts";
import { toShownText, type Documents } from "../documents.ts";
import { valueAtPath } from "../../value/path.ts";
import { readPattern } from "../match-pattern.ts";
import type { Certainty } from "../certainty.ts";
import type { Assumption } from "./answer.ts";
import { defaultSettings, indexNames, type Facts, type NameIndex, type NodeSettings } from "./facts.ts";
import { findGeneration, type Generation } from "./generation.ts";
import { compileRole, type Role } from "./roles.ts";
import { withStatics } from "./statics.ts";

/** The state of a cluster that the answers depend on. */
export interface AccessInput {
  /** The live or the planned entities. The built-in ones may be missing. */
  readonly documents: Documents;
  /** The version of the server. */
  readonly version: Version | string;
  readonly facts?: Facts | undefined;
  /**
   * True if the index permissions of a role have the order in which the server stores them. Canonical bodies
   * are sorted, and from 3.0 on the last of several restrictions counts.
   */
  readonly keepsOrder?: boolean;
}

/** The prepared data that answers are computed from. */
export interface Access {
  readonly documents: Documents;
  readonly version: Version;
  readonly generation: Generation;
  readonly settings: NodeSettings;
  readonly names?: NameIndex | undefined;
  readonly keepsOrder: boolean;
  readonly dynamic: DynamicSettings;
  readonly assumptions: readonly Assumption[];
  /** Returns a role, and compiles it on first use. */
  readonly findRole: (name: string) => Role | undefined;
  readonly matches: (pattern: string, text: string) => Certainty;
}

/**
 * The settings of the document `config` that decide about access. `isRead` is false if osac could not read
 * it.
 */
type DynamicSettings = Readonly<Record<DynamicFlag, boolean>> & {
  readonly isRead: boolean;
  readonly dashboardsIndex: string;
  readonly dashboardsUser: string;
  readonly isV4: boolean;
};

type DynamicFlag = keyof typeof flags;

/** The path of each setting below `dynamic`, and its default. */
const flags = {
  shrinks: [["do_not_fail_on_forbidden"], false],
  empties: [["do_not_fail_on_forbidden_empty"], false],
  spansRoles: [["multi_rolespan_enabled"], true],
  respectsOptions: [["respect_request_indices_options"], false],
  letsAnonymousIn: [["http", "anonymous_auth_enabled"], false],
  hasTenants: [["kibana", "multitenancy_enabled"], true],
  hasPrivateTenant: [["kibana", "private_tenant_enabled"], true],
} as const;

export function loadAccess(input: AccessInput): Access {
  const version = typeof input.version === "string" ? parseVersion(input.version) : input.version;
  const settings = { ...defaultSettings, ...input.facts?.settings };
  const generation = findGeneration(version, settings["privileges_evaluation.use_legacy_impl"]);
  const documents = withStatics(input.documents, version);
  const names = input.facts?.names && indexNames(input.facts.names, settings.config_index_name);
  return {
    documents,
    version,
    generation,
    settings,
    names,
    keepsOrder: input.keepsOrder ?? false,
    dynamic: readDynamic(documents, generation),
    assumptions: [
      ...(names === undefined ? (["no-cluster-names"] as const) : []),
      ...(input.facts?.settings === undefined ? (["default-settings"] as const) : []),
    ],
    findRole: rememberRoles(documents),
    matches: rememberPatterns(),
  };
}

function readDynamic(documents: Documents, generation: Generation): DynamicSettings {
  const config = documents.get("config")?.get("config");
  const read = (path: readonly string[], otherwise: boolean): boolean => {
    const value = valueAtPath(config, ["dynamic", ...path]);
    return typeof value === "boolean" ? value : otherwise;
  };
  const texts = (...path: string[]): string | undefined =>
    toShownText(valueAtPath(config, ["dynamic", ...path]))?.value;
  const found = Object.entries(flags).map(([flag, [path, otherwise]]) => [flag, read(path, otherwise)]);
  return {
    ...(Object.fromEntries(found) as Record<DynamicFlag, boolean>),
    isRead: config !== undefined,
    dashboardsIndex: texts("kibana", "index") ?? ".kibana",
    dashboardsUser: texts("kibana", "server_username") ?? "kibanaserver",
    isV4: generation.knowsV4 && texts("privileges_evaluation_type")?.toLowerCase() === "v4",
  };
}

function rememberRoles(documents: Documents): Access["findRole"] {
  const compiled = new Map<string, Role>();
  return (name) => {
    const body: Body | undefined = documents.get("roles")?.get(name);
    if (body === undefined) return undefined;
    const role = compiled.get(name) ?? compileRole(documents, name, body);
    compiled.set(name, role);
    return role;
  };
}

/** Reads each pattern once. Expressions take long, so it remembers their results for each text. */
function rememberPatterns(): Access["matches"] {
  const tests = new Map<string, (text: string) => Certainty>();
  return (pattern, text) => {
    const test = tests.get(pattern) ?? rememberTexts(readPattern(pattern));
    tests.set(pattern, test);
    return test(text);
  };
}

function rememberTexts(test: (text: string) => Certainty): (text: string) => Certainty {
  const answers = new Map<string, Certainty>();
  return (text) => {
    const answer = answers.get(text) ?? test(text);
    answers.set(text, answer);
    return answer;
  };
}
