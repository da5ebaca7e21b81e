import fc from "fast-check";
import { dumpYaml } from "../../../src/files/yaml/dump.ts";
import { kinds } from "../../../src/kinds/index.ts";
import type { KindName } from "../../../src/model/kind-name.ts";
import type { Json } from "../../../src/model/value.ts";
import { folder } from "../../support/folder.ts";
import { cheapHash } from "../contract/suite.ts";

/** Entities by kind and name, as files would declare them. */
export type Files = Readonly<Partial<Record<KindName, Readonly<Record<string, Json>>>>>;

/** Writes a directory that goes away with the test. */
export async function directory(files: Files): Promise<string> {
  const texts = Object.entries(files).map(([kind, entities]): [string, string] => [
    kinds[kind as KindName].file,
    dumpYaml({ _meta: { type: kind, config_version: 2 }, ...entities }),
  ]);
  return folder(Object.fromEntries(texts));
}

/** Names that need care in a pointer, in YAML or in a URL. */
const endings = ["plain", "b/c", "d~e", "f g", "ü", "x.y", "{z}", "n%20m", `o'p"q`, "#r", "日本"];

/** The same endings everywhere, so that a later directory meets what an earlier one left. */
const named = (prefix: string): fc.Arbitrary<string[]> =>
  fc.uniqueArray(fc.constantFrom(...endings.map((ending) => `${prefix}-${ending}`)), { maxLength: 4 });

const some = (...items: string[]): fc.Arbitrary<string[]> => fc.subarray(items);
const oneOrMore = (...items: string[]): fc.Arbitrary<string[]> => fc.subarray(items, { minLength: 1 });

/** Fields that may be missing. */
const fields = (known: Record<string, fc.Arbitrary<Json>>): fc.Arbitrary<Json> =>
  fc.record(known, { requiredKeys: [] }) as fc.Arbitrary<Json>;

const description = fc.constantFrom("", "short", "two\nlines", "yes", "a: b #c", "é");

const role = (groups: string[]): fc.Arbitrary<Json> =>
  fields({
    description,
    cluster_permissions: some("cluster_monitor", "indices:data/read/scroll", ...groups),
    index_permissions: fc.array(
      fc.record(
        {
          index_patterns: oneOrMore("logs-*", "/metrics-[0-9]+/", "${user.name}"),
          dls: fc.constantFrom("", '{"term": {"a": 1}}', '{"term": {"user": "${user.name}"}}'),
          fls: some("~secret", "public", "nested.*"),
          masked_fields: some("name", "email::SHA-512"),
          allowed_actions: some("read", "indices:data/write/bulk*", ...groups),
        },
        { requiredKeys: ["index_patterns"] },
      ),
      { maxLength: 2 },
    ),
    tenant_permissions: fc.array(
      fc.record({ tenant_patterns: oneOrMore("t1", "t*"), allowed_actions: some("kibana_all_read") }),
      { maxLength: 2 },
    ),
  });

const mapping = fields({
  description,
  backend_roles: some("br-1", "br-2", "cn=x,ou=y"),
  and_backend_roles: some("and-1", "and-2"),
  users: some("u-1", "CN=a b", "/service-.*/"),
  hosts: some("10.0.0.1", "*.example.com"),
});

const user = (roles: string[]): fc.Arbitrary<Json> =>
  fc.record(
    {
      hash: fc.constant<Json>(cheapHash),
      description,
      backend_roles: some("br-1", "br-3"),
      opendistro_security_roles: some(...roles),
      attributes: fc.dictionary(fc.constantFrom("a", "b.c", "d/e"), fc.constantFrom("1", "two words")),
    },
    { requiredKeys: ["hash"] },
  );

const actionGroup = fc.record({
  allowed_actions: some("indices:data/read/get", "indices:data/read/search", "crud"),
  type: fc.constantFrom("index", "cluster"),
});

/** An entity for each of the names. */
const each = (names: string[], body: fc.Arbitrary<Json>): fc.Arbitrary<Record<string, Json>> =>
  fc
    .tuple(...names.map(() => body))
    .map((all) => Object.fromEntries(names.map((name, i) => [name, all[i]!])));

/** A small directory that any server accepts, whatever the cluster holds. */
export const directories: fc.Arbitrary<Files> = fc
  .tuple(named("group"), named("role"), named("tenant"), named("user"))
  .chain(([groups, roles, tenants, users]) =>
    fc.record({
      actiongroups: each(groups, actionGroup),
      roles: each(roles, role(groups)),
      rolesmapping: fc.subarray(roles).chain((mapped) => each(mapped, mapping)),
      internalusers: each(users, user(roles)),
      tenants: each(tenants, fields({ description })),
    }),
  );
