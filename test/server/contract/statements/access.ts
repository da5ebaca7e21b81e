import { randomBytes } from "node:crypto";
import { describe, expect } from "vitest";
import { toDocuments, type Documents } from "../../../../src/access/documents.ts";
import { listDomains, mayLogIn, judgeDomains } from "../../../../src/access/login-domains.ts";
import { resolveClusterPermissions, permits } from "../../../../src/access/permissions.ts";
import { resolveIdentity } from "../../../../src/access/principal.ts";
import { findGrants } from "../../../../src/access/role-mapping.ts";
import { canonicalize } from "../../../../src/schema/canonical.ts";
import { kinds } from "../../../../src/kinds/index.ts";
import { parseVersion } from "../../../../src/value/version.ts";
import type { LiveEntity } from "../../../../src/model/entity.ts";
import type { KindName } from "../../../../src/model/kind-name.ts";
import type { Body, Json } from "../../../../src/model/value.ts";
import { add, remove } from "../answers.ts";
import { type Caller, securityPath } from "../caller.ts";
import { cheapHash, cheapPassword, type Cluster, type Suite } from "../suite.ts";

type Bodies = Readonly<Record<string, { readonly [field: string]: Json }>>;

/** What `src/access` reads out of the documents is what the server does with them. */
export function accessStatements({ test, since }: Suite): void {
  test("roles are mapped to users as the documents say", async ({ cluster, certificate, as }) => {
    const own = `osac-test-${randomBytes(4).toString("hex")}`;
    const users = makeUsers(own);
    const mappings = makeMappings(own);
    try {
      await certificate.patch(
        "roles",
        adds(mappings, () => ({ cluster_permissions: ["cluster_monitor"] })),
      );
      await certificate.patch(
        "internalusers",
        adds(users, (user) => ({ hash: cheapHash, ...user })),
      );
      expect(
        await certificate.patch(
          "rolesmapping",
          adds(mappings, (mapping) => mapping),
        ),
      ).toMatchObject({ status: 200 });
      const documents = await read(cluster, certificate, ["internalusers", "rolesmapping", "config"]);

      for (const name of Object.keys(users)) {
        const { body } = await as({ user: name, password: cheapPassword }).get(`${securityPath}/authinfo`);
        const roles = (body as { roles: string[] }).roles.filter((role) => role.startsWith(own));
        expect([name, roles.toSorted()]).toEqual([name, mappedRoles(documents, name, own)]);
      }
    } finally {
      await removeAll(certificate, { rolesmapping: mappings, internalusers: users, roles: mappings });
    }
  });

  test("roles give the cluster permissions that the documents say", async ({ cluster, certificate, as }) => {
    const own = `osac-test-${randomBytes(4).toString("hex")}`;
    const groups = makeGroups(own);
    // A role with a circle of action groups keeps older servers from loading their configuration.
    const roles = makeRoles(own, since({ "2.10": [], "2.16": [`${own}-round-a`] }));
    try {
      await certificate.patch(
        "actiongroups",
        adds(groups, (group) => group),
      );
      await certificate.patch(
        "roles",
        adds(roles, (role) => role),
      );
      const granted = adds(roles, (_, role) => ({ hash: cheapHash, opendistro_security_roles: [role] }));
      expect(await certificate.patch("internalusers", granted)).toMatchObject({ status: 200 });
      const documents = await read(cluster, certificate, ["roles", "actiongroups"]);

      for (const name of Object.keys(roles)) {
        const { status } = await as({ user: name, password: cheapPassword }).get("/");
        const verdict = permits(resolveClusterPermissions(documents, [name]), "cluster:monitor/main");
        expect([name, status === 200 ? "yes" : "no"]).toEqual([name, verdict]);
      }
    } finally {
      await removeAll(certificate, { internalusers: roles, roles, actiongroups: groups });
    }
  });

  test("a mapping counts although its role is gone", async ({ user, certificate, fresh }) => {
    const role = fresh("rolesmapping", "roles");
    await certificate.put(`roles/${role}`, { cluster_permissions: ["cluster_monitor"] });
    await certificate.put(`rolesmapping/${role}`, { users: ["*"] });
    await certificate.delete(`roles/${role}`);

    const { body } = await user.get(`${securityPath}/authinfo`);

    expect((body as { roles: string[] }).roles).toContain(role);
  });

  test("who takes its own role away has lost it with the answer", async ({ user, fresh, as }) => {
    const name = fresh("internalusers");
    const own = { hash: cheapHash, opendistro_security_roles: ["security_rest_api_access"] };
    await user.put(`internalusers/${name}`, own);
    const caller = as({ user: name, password: cheapPassword });
    const path = `/${name}/opendistro_security_roles`;

    expect(await caller.patch("internalusers", [add(path, [])])).toMatchObject({ status: 200 });

    expect(await caller.patch("internalusers", [add(path, own.opendistro_security_roles)])).toMatchObject({
      status: 403,
    });
  });

  describe("a user logs in", () => {
    test.for(Object.entries(logins))("%s", async ([, authc], { cluster, certificate, user }) => {
      const path = "/config/dynamic/authc";
      const { body } = await certificate.get("securityconfig");
      const { config } = body as { config: { dynamic: { authc: Json } } };
      try {
        await certificate.patch("securityconfig", [add(path, authc)]);
        const documents = await read(cluster, certificate, ["config"]);
        const { status } = await user.get(`${securityPath}/authinfo`);

        const login = { credentials: "password", isInternal: true, trusted: [] } as const;
        const verdict = mayLogIn(judgeDomains(documents, login), login);
        expect(["unsure", status === 200 ? "yes" : "no"]).toContain(verdict);
        // What nobody can tell is the exception.
        if (verdict === "unsure") expect(listDomains(documents).some(isDoubtful(documents))).toBe(true);
      } finally {
        await certificate.patch("securityconfig", [add(path, config.dynamic.authc)]);
      }
    });
  });
}

/** Two of one order, or one whose loading cannot be foreseen. */
function isDoubtful(documents: Documents): (domain: ReturnType<typeof listDomains>[number]) => boolean {
  const domains = listDomains(documents);
  return (domain) =>
    !["basic", "jwt", "openid", "kerberos", "clientcert", "proxy"].includes(domain.authenticator) ||
    domains.some((other) => other !== domain && other.order === domain.order) ||
    (domain.authenticator === "basic" && !domain.isInternal);
}

function makeUsers(own: string): Bodies {
  return {
    [`${own}-alice`]: { backend_roles: [`${own}-dev`] },
    [`${own}-bob`]: { backend_roles: [`${own}-ops`, `${own}-eu`] },
    [`${own}-carol`]: {},
    [`${own}-Dave`]: { backend_roles: [`${own}-OPS`] },
    [`${own}-a.b`]: { backend_roles: [`${own}-dev*`] },
    [`${own}-a/b`]: { backend_roles: [`${own}-/x/`] },
    [`${own}-e*e`]: { backend_roles: [`${own}-d.v`] },
    [`${own}-with blank`]: { backend_roles: [`${own}-two words`, `${own}-ops`] },
    [`${own}-ünï`]: { backend_roles: [`${own}-é`] },
    [`${own}-listed`]: { opendistro_security_roles: [`${own}-never`] },
    [`${own}-ops`]: {},
  };
}

/** One role each, called after what it shows. */
function makeMappings(own: string): Bodies {
  const cases: Bodies = {
    never: { users: [] },
    exact: { users: [`${own}-alice`] },
    "other-case": { users: [`${own}-ALICE`] },
    everybody: { users: ["*"] },
    prefix: { users: [`${own}-a*`] },
    suffix: { users: ["*ob"] },
    middle: { users: [`${own}-*a*`] },
    "one-character": { users: [`${own}-bo?`] },
    "star-between": { users: [`${own}-a*e`] },
    "literal-dot": { users: [`${own}-a.*`] },
    "quoted-star": { users: [`${own}-e*e`] },
    expression: { users: [`/${own}-[ab].*/`] },
    "part-of-name": { users: [`/${own}-al/`] },
    "any-case": { users: [`/(?i)${own}-DAVE/`] },
    alternatives: { users: [`/${own}-alice|${own}-bob/`] },
    escaped: { users: [`/${own.replaceAll("-", "\\-")}\\-a\\/b/`] },
    digits: { users: ["/osac-test-[0-9a-f]{8}-\\w+/"] },
    "slash-in-name": { users: [`${own}-a/b`] },
    unicode: { users: [`${own}-ün?`] },
    several: { users: ["nobody", `${own}-carol`, `${own}-bob`] },
    "backend-role": { backend_roles: [`${own}-dev`] },
    "backend-wildcard": { backend_roles: [`${own}-d*`] },
    "backend-case": { backend_roles: [`${own}-ops`] },
    "backend-expression": { backend_roles: [`/${own}-(dev|eu)/`] },
    "any-backend-role": { backend_roles: ["*"] },
    "any-name-of-one": { backend_roles: [`${own}*`] },
    "blank-inside": { backend_roles: [`${own}-two words`] },
    "user-name-is-no-backend-role": { backend_roles: [`${own}-carol`] },
    "all-of-one": { and_backend_roles: [`${own}-ops`] },
    "all-of-two": { and_backend_roles: [`${own}-ops`, `${own}-eu`] },
    "all-with-wildcards": { and_backend_roles: [`${own}-o*`, `/${own}-e./`] },
    "all-of-anything": { and_backend_roles: ["*"] },
    "all-of-what-nobody-has": { and_backend_roles: [`${own}-ops`, `${own}-us`] },
    "one-or-all": { backend_roles: [`${own}-dev`], and_backend_roles: [`${own}-ops`, `${own}-eu`] },
    address: { hosts: ["127.0.0.1"] },
    network: { hosts: ["127.0.*"] },
    "address-expression": { hosts: ["/127\\.(\\d+\\.){2}\\d+/"] },
    "host-name": { hosts: ["localhost"] },
    "other-network": { hosts: ["10.*"] },
    reserved: { reserved: true, users: [`${own}-alice`] },
    emptied: { users: [], backend_roles: [], hosts: [], and_backend_roles: [] },
  };
  return named(own, cases);
}

function makeGroups(own: string): Bodies {
  return named(own, {
    direct: { allowed_actions: ["cluster:monitor/main"] },
    pattern: { allowed_actions: ["cluster:mon*"] },
    nested: { allowed_actions: [`${own}-direct`] },
    "nested-twice": { allowed_actions: [`${own}-nested`] },
    "round-a": { allowed_actions: [`${own}-round-b`] },
    "round-b": { allowed_actions: [`${own}-round-a`, "cluster:monitor/health"] },
    empty: { allowed_actions: [] },
  });
}

function makeRoles(own: string, circle: readonly string[]): Bodies {
  const permissions: Readonly<Record<string, readonly string[]>> = {
    "r-nothing": [],
    "r-action": ["cluster:monitor/main"],
    "r-other-action": ["cluster:monitor/health"],
    "r-wildcard": ["cluster:monitor/*"],
    "r-everything": ["*"],
    "r-expression": ["/cluster:[a-z]+\\/main/"],
    "r-static-group": ["cluster_monitor"],
    "r-static-group-for-indices": ["read"],
    "r-nested-static-group": ["cluster_all"],
    "r-group": [`${own}-direct`],
    "r-group-of-a-pattern": [`${own}-pattern`],
    "r-nested-group": [`${own}-nested-twice`],
    "r-circle": circle,
    "r-empty-group": [`${own}-empty`],
    "r-unknown-group": [`${own}-unknown`],
  };
  return named(
    own,
    Object.fromEntries(
      Object.entries(permissions).map(([name, list]) => [
        name,
        { description: "x", cluster_permissions: [...list] },
      ]),
    ),
  );
}

const internal = { type: "intern" };
const basic = {
  http_enabled: true,
  order: 4,
  http_authenticator: { type: "basic", challenge: true },
  authentication_backend: internal,
};

/** Another domain, asked before `basic` unless told otherwise. */
function other(type: string, changes: { readonly [field: string]: Json } = {}, config: Json = {}): Json {
  const { challenge = true, backend = "noop", ...rest } = changes;
  return {
    http_enabled: true,
    order: 0,
    http_authenticator: { type, challenge, config },
    authentication_backend: { type: backend },
    ...rest,
  };
}

const key = { signing_key: Buffer.alloc(64, "x").toString("base64") };
const issuer = { openid_connect_url: "https://127.0.0.1:1/nowhere" };

const logins: Readonly<Record<string, Json>> = {
  "by the only domain": { basic },
  "by a domain of another name for the internal users": {
    basic: { ...basic, authentication_backend: { type: "internal" } },
  },
  "not where there is no domain": {},
  "not where the domain is disabled": { basic: { ...basic, http_enabled: false } },
  "not where the authenticator is unknown": { basic: { ...basic, http_authenticator: { type: "Basic" } } },
  "not where the domain names no authenticator": { basic: { ...basic, http_authenticator: {} } },
  "not where tokens have taken its place": { jwt: other("jwt", {}, key) },
  "after a domain for tokens": { jwt: other("jwt", { challenge: false }, key), basic },
  "not after a domain for tokens that challenges": { jwt: other("jwt", {}, key), basic },
  "before a domain for tokens that challenges": { jwt: other("jwt", { order: 9 }, key), basic },
  "not after a disabled domain, which is as none": { jwt: other("jwt", { http_enabled: false }, key), basic },
  "not after OpenID that challenges": { openid: other("openid", {}, issuer), basic },
  "not after Kerberos that challenges": { kerberos: other("kerberos"), basic },
  "after certificates that challenge": {
    clientcert: other("clientcert", {}, { username_attribute: "cn" }),
    basic,
  },
  "after a proxy that challenges": { proxy: other("proxy", {}, { user_header: "x-proxy-user" }), basic },
  "perhaps after SAML that challenges": { saml: other("saml"), basic },
  "perhaps after something unknown that challenges": { unknown: other("unknown"), basic },
  "perhaps beside a domain of the same order": {
    jwt: other("jwt", { order: 4, challenge: false }, key),
    basic,
  },
  "perhaps beside another domain of the same order": {
    b1: other("jwt", { order: 4, challenge: false }, key),
    basic,
  },
  "perhaps by a directory that nobody can look into": {
    ldap: other("basic", { backend: "ldap" }, {}),
  },
};

function named(own: string, cases: Bodies): Bodies {
  return Object.fromEntries(Object.entries(cases).map(([name, body]) => [`${own}-${name}`, body]));
}

function adds(
  entities: Bodies,
  makeBody: (body: Bodies[string], name: string) => { readonly [field: string]: Json },
): ReturnType<typeof add>[] {
  return Object.entries(entities).map(([name, body]) =>
    add(`/${name.replaceAll("/", "~1")}`, { ...makeBody(body, name) }),
  );
}

async function removeAll(caller: Caller, kinds: Readonly<Record<string, Bodies>>): Promise<void> {
  for (const [kind, entities] of Object.entries(kinds)) {
    const names = Object.keys(entities).map((name) => name.replaceAll("/", "~1"));
    await caller.patch(
      kind,
      names.map((name) => remove(`/${name}`)),
    );
  }
}

/** The documents as osac reads them. */
async function read(cluster: Cluster, caller: Caller, names: readonly KindName[]): Promise<Documents> {
  const version = parseVersion(cluster.version);
  const live = await Promise.all(
    names.map(async (name) => {
      const { body } = await caller.get(kinds[name].path);
      const entities = Object.entries(body as Record<string, Body & { [key: string]: Json }>).map(
        ([entity, raw]): [string, LiveEntity] => [
          entity,
          { name: entity, raw, body: canonicalize(kinds[name], raw, version) },
        ],
      );
      return [name, { readable: true, entities: new Map(entities) }] as const;
    }),
  );
  return toDocuments(new Map(live));
}

function mappedRoles(documents: Documents, name: string, own: string): string[] {
  const principal = {
    name,
    backendRoles: [],
    address: "127.0.0.1",
    login: { trusted: [] },
    gate: { roles: [], needs: "one" },
    requests: [],
  } as const;
  const grants = findGrants(documents, resolveIdentity(documents, principal));
  expect(grants.filter(({ certainty }) => certainty === "unsure")).toEqual([]);
  const roles = grants.map(({ role }) => role).filter((role) => role.startsWith(own));
  return [...new Set(roles)].toSorted();
}
