import { describe, expect, test } from "vitest";
import { judgeLockout, type LockoutInput, type LockoutJudgement } from "../../../src/guard/lockout/index.ts";
import { canonicalize } from "../../../src/schema/canonical.ts";
import { kinds } from "../../../src/kinds/index.ts";
import { parseVersion } from "../../../src/value/version.ts";
import type { LiveKind } from "../../../src/model/entity.ts";
import type { Place } from "../../../src/model/finding.ts";
import { kindNames, type KindName } from "../../../src/model/kind-name.ts";
import type { BreakGlass } from "../../../src/model/plan.ts";
import type { Body, Json } from "../../../src/model/value.ts";
import { diffEntities } from "../../../src/plan/diff.ts";

type Documents = { readonly [Kind in KindName]?: { readonly [name: string]: { [field: string]: Json } } };

const version = parseVersion("3.4.0");

const listBodies = (kind: KindName, documents: Documents): Map<string, Body> =>
  new Map(
    Object.entries(documents[kind] ?? {}).map(([name, body]) => [
      name,
      canonicalize(kinds[kind], body, version),
    ]),
  );

const findPlace = (kind: KindName): Place => ({ file: `${kind}.yml`, line: 1, column: 1 });

/** What the guard says of the way from one state of the documents to another. A kind that is not named is unreadable. */
function judge(before: Documents, after: Documents, given: Partial<LockoutInput> = {}): LockoutJudgement {
  const names = Object.keys(before) as KindName[];
  const live = new Map(
    names.map((kind): [KindName, LiveKind] => {
      const entities = [...listBodies(kind, before)].map(
        ([name, body]) => [name, { name, body, raw: {} }] as const,
      );
      return [kind, { readable: true, entities: new Map(entities) }];
    }),
  );
  const changes = names.flatMap((kind) => {
    const wanted = [...listBodies(kind, { ...before, ...after })].map(
      ([name, body]) => [name, { body, at: findPlace(kind) }] as const,
    );
    return diffEntities(kind, new Map(wanted), listBodies(kind, before));
  });
  return judgeLockout({
    changes,
    live,
    choice: { breakGlass: [], isRiskAccepted: false },
    version,
    caller: deploy,
    adminDns: [],
    canRecover: false,
    keepsPassword: "yes",
    requests: [],
    ...given,
  });
}

const said = (judged: LockoutJudgement): string[] =>
  judged.findings.map(({ severity, code, kind, name }) =>
    [severity, code, ...(kind === undefined ? [] : [`${kind}/${name}`])].join(" "),
  );

const deploy = {
  name: "deploy",
  credentials: "password",
  backendRoles: ["ops"],
  roles: ["all_access"],
  address: "10.0.0.1",
} as const;

const domain = (
  type: string,
  backend: string,
  more: { [field: string]: Json } = {},
): { [field: string]: Json } => ({
  http_enabled: true,
  order: 1,
  http_authenticator: { type, challenge: false, config: {} },
  authentication_backend: { type: backend, config: {} },
  ...more,
});

const withDomains = (authc: { [name: string]: Json }, more: { [field: string]: Json } = {}): Documents => ({
  config: { config: { dynamic: { authc, ...more } } },
});

const basic = domain("basic", "intern");
const ldap = domain("basic", "ldap", {
  order: 2,
  authentication_backend: { type: "ldap", config: { hosts: ["ldap.example.com"] } },
});
const openid = domain("openid", "noop", {
  order: 3,
  http_authenticator: {
    type: "openid",
    challenge: false,
    config: { openid_connect_url: "https://a.example" },
  },
});

const internal: Documents = {
  rolesmapping: { all_access: { backend_roles: ["ops"] } },
  internalusers: { deploy: { backend_roles: ["ops"] } },
  ...withDomains({ basic }),
};

const mapped = (fields: { [field: string]: Json }): Documents => ({ rolesmapping: { all_access: fields } });

/** What a finding says of the entity that it is about. */
const about = (kind: KindName, name: string) => ({ kind, name, at: findPlace(kind) });

const keepTheRole =
  "keep it, or first open another way to such a role; if these are the wrong ones, name the roles of plugins.security.restapi.roles_enabled in lockout.rest_api_roles of osac.yml";

/** What the guard says of a password that nobody can compare. */
const risk = (given: Partial<LockoutInput>) =>
  judge(
    internal,
    { internalusers: { deploy: { backend_roles: ["ops"], description: "x" } } },
    { keepsPassword: "unsure", ...given },
  ).findings;

describe("what takes nothing away from the caller", () => {
  test("a change that takes nothing from the caller gets no finding", () => {
    const after: Documents = {
      rolesmapping: { all_access: { backend_roles: ["ops", "platform"] }, readers: { users: ["deploy"] } },
      internalusers: { deploy: { backend_roles: ["ops"], description: "x" }, other: {} },
    };
    expect(judge(internal, after).findings).toEqual([]);
  });

  test("a change that touches the caller's access and takes nothing away is told apart", () => {
    const before = { ...internal, rolesmapping: { ...internal.rolesmapping, others: { users: ["x"] } } };
    const after: Documents = {
      rolesmapping: {
        all_access: { backend_roles: ["ops", "platform"] },
        others: { users: ["y"] },
        mine: { users: ["deploy"] },
      },
      internalusers: { deploy: { backend_roles: ["ops"], description: "x" } },
    };
    expect(judge(before, after).own.map(({ kind, name }) => `${kind}/${name}`)).toEqual([
      "rolesmapping/all_access",
      "internalusers/deploy",
    ]);
  });

  test("is another way to the same power, opened by the same plan", () => {
    const after: Documents = { rolesmapping: { all_access: { users: ["dep*"] } } };
    expect(judge(internal, after).findings).toEqual([]);
  });
});

describe("a role that the documents do not explain", () => {
  const hidden: Documents = { rolesmapping: {}, internalusers: { deploy: {} }, ...withDomains({ basic }) };
  const caller = { ...deploy, backendRoles: [] };

  test("stays, where the plan cannot reach what it comes from", () => {
    const before = { ...hidden, rolesmapping: { others: { users: ["x"] } } };
    expect(judge(before, { rolesmapping: {} }, { caller }).findings).toEqual([]);
  });

  test("may go with the mapping of its name, or with the own user", () => {
    const before = { ...hidden, rolesmapping: { all_access: { hosts: ["ci.example.com"] } } };
    expect(said(judge(before, { rolesmapping: { all_access: { hosts: ["x"] } } }, { caller }))).toEqual([
      "error lockout-risk rolesmapping/all_access",
    ]);
    expect(said(judge(before, { internalusers: { deploy: { description: "x" } } }, { caller }))).toEqual([
      "error lockout-risk internalusers/deploy",
    ]);
  });

  test("may come from a pattern that only Java can read", () => {
    const before = { ...hidden, rolesmapping: { all_access: { users: ["/[a-z&&[^x]]+/"] } } };
    const after = { rolesmapping: { all_access: { users: ["/[a-z&&[^x]]*/"] } } };
    expect(said(judge(before, after, { caller }))).toEqual(["error lockout-risk rolesmapping/all_access"]);
  });
});

describe("what is known of the caller", () => {
  test("is its address, by which a mapping may know it", () => {
    const from = { ...internal, ...mapped({ hosts: ["10.0.0.*"] }), internalusers: { deploy: {} } };
    const given = { caller: { ...deploy, backendRoles: [] } };
    expect(judge(from, mapped({ hosts: ["10.0.*"] }), given).findings).toEqual([]);
    expect(said(judge(from, mapped({ hosts: ["10.1.*"] }), given))).toEqual([
      "error lockout rolesmapping/all_access",
    ]);
  });

  test("is which of its backend roles come from its own user, and go with them", () => {
    expect(said(judge(internal, { internalusers: { deploy: {} } }))).toEqual([
      "error lockout internalusers/deploy",
    ]);
    const elsewhere = { ...internal, internalusers: { deploy: { description: "x" } } };
    expect(judge(elsewhere, { internalusers: { deploy: {} } }).findings).toEqual([]);
  });

  test("is not whether it is an internal user, where nobody may read them: any domain for passwords may know it", () => {
    const { internalusers: _, ...from } = internal;
    expect(judge(from, withDomains({ basic, openid }), { canRecover: true }).findings).toEqual([]);
    expect(said(judge(from, withDomains({ basic: ldap }), { canRecover: true }))).toEqual([
      "notice lockout-risk config/config",
    ]);
  });

  test("is which of its roles open the REST API: the usual ones, those that osac.yml names, or else all of them", () => {
    const readers = { readers: { users: ["deploy"] } };
    const losing = (role: string, restApiRoles?: readonly string[]) => {
      const from = { ...internal, rolesmapping: { [role]: { users: ["deploy"] }, ...readers } };
      const choice = { breakGlass: [], isRiskAccepted: false, restApiRoles };
      return said(
        judge(
          from,
          { rolesmapping: { [role]: { users: ["deploy"] } } },
          { caller: { ...deploy, roles: [role, "readers"] }, choice },
        ),
      );
    };
    expect(losing("all_access")).toEqual([]);
    expect(losing("gate", ["gate"])).toEqual([]);
    expect(losing("gate")).toEqual(["error lockout rolesmapping/readers"]);
    expect(losing("all_access", ["gate"])).toEqual(["error lockout rolesmapping/readers"]);
  });

  test("is that it is a REST administrator, where it may read the allowlist", () => {
    const from: Documents = {
      ...internal,
      roles: { admin: { cluster_permissions: ["restapi:admin/*"] } },
      rolesmapping: { ...internal.rolesmapping, admin: { users: ["deploy"] } },
    };
    const caller = { ...deploy, roles: ["all_access", "admin"] };
    const after: Documents = { roles: { admin: { cluster_permissions: ["cluster_monitor"] } } };
    expect(judge(from, after, { caller }).findings).toEqual([]);
    const reading = { ...from, allowlist: { config: { enabled: false } } };
    expect(said(judge(reading, after, { caller }))).toEqual(["error lockout roles/admin"]);
  });
});

describe("a user of a directory", () => {
  const before: Documents = {
    rolesmapping: { all_access: { backend_roles: ["ops"] } },
    internalusers: {},
    ...withDomains({ basic, ldap }, { authz: { groups: { authorization_backend: { type: "ldap" } } } }),
  };
  const groups = { authz: { groups: { authorization_backend: { type: "ldap" } } } };

  test("is locked out with the domain that asks the directory", () => {
    expect(said(judge(before, withDomains({ basic }, groups)))).toEqual(["error lockout config/config"]);
  });

  test("may be locked out by a change of that domain, or of where backend roles come from", () => {
    const moved = {
      ...ldap,
      authentication_backend: { type: "ldap", config: { hosts: ["other.example.com"] } },
    };
    expect(said(judge(before, withDomains({ basic, ldap: moved }, groups)))).toEqual([
      "error lockout-risk config/config",
      "error lockout-risk config/config",
    ]);
    expect(said(judge(before, withDomains({ basic, ldap })))).toEqual([
      "error lockout-risk config/config",
      "error lockout-risk config/config",
    ]);
  });

  test("is not, where the domain has another name and place", () => {
    const judged = judge(before, withDomains({ basic, directory: { ...ldap, order: 7 } }, groups), {
      canRecover: true,
    });
    expect(judged.findings).toEqual([]);
  });

  test("that may be known to two of them needs both", () => {
    const two = {
      ldap,
      other: { ...ldap, order: 5, authentication_backend: { type: "ldap", config: { hosts: ["b"] } } },
    };
    const from = { ...before, ...withDomains(two) };
    expect(said(judge(from, withDomains({ ldap }), { canRecover: true }))).toEqual([
      "notice lockout-risk config/config",
    ]);
  });
});

describe("the reason of a lockout names the login domain", () => {
  const challenging = { ...basic, order: 5, http_authenticator: { type: "basic", challenge: true } };
  const behind = { openid: { ...openid, order: 9 }, basic: challenging };
  const beside = { openid: { ...openid, order: 5 }, basic: challenging };
  const elsewhere = { type: "openid", challenge: false, config: { openid_connect_url: "https://b.example" } };
  const gone = "openid, by which it logs in, is";

  test.each([
    ["that is gone", { openid }, { basic }, `${gone} gone`],
    ["that is off", { openid }, { openid: { ...openid, http_enabled: false } }, `${gone} disabled`],
    ["that is another now", { openid }, { openid: { ...openid, http_authenticator: elsewhere } }, gone],
    ["behind a challenge", { openid, basic: challenging }, behind, "comes before openid"],
    ["that only may have taken the login before", beside, behind, "comes before openid"],
    ["beside another", { openid, basic: challenging }, beside, "basic and openid have the same order, 5"],
  ])("%s", (_, before, after, reason) => {
    const from = { rolesmapping: { all_access: { users: ["deploy"] } }, internalusers: {} };
    const { findings } = judge({ ...from, ...withDomains(before) }, withDomains(after), {
      caller: { ...deploy, credentials: "token", backendRoles: [] },
    });
    expect(findings.map(({ message }) => message)).toContainEqual(expect.stringContaining(reason));
  });
});

describe("a caller with a token, or a certificate", () => {
  const before: Documents = {
    rolesmapping: { all_access: { users: ["deploy"] } },
    internalusers: {},
    ...withDomains({ basic, openid }),
  };
  const token = { caller: { ...deploy, credentials: "token" as const, backendRoles: [] }, canRecover: true };

  test("is locked out by a challenge for passwords that comes first", () => {
    const challenging = { ...basic, http_authenticator: { type: "basic", challenge: true } };
    expect(said(judge(before, withDomains({ basic: challenging, openid }), token))).toEqual([
      "error lockout config/config",
    ]);
    expect(
      judge(before, withDomains({ basic: { ...challenging, order: 9 }, openid }), token).findings,
    ).toEqual([]);
  });

  test("does not mind a challenge that was there before", () => {
    const saml = domain("saml", "noop", { order: 0, http_authenticator: { type: "saml", challenge: true } });
    const from = { ...before, ...withDomains({ saml, openid }) };
    expect(judge(from, withDomains({ saml, openid, basic: { ...basic, order: 9 } }), token).findings).toEqual(
      [],
    );
  });

  test("does not mind one for passwords either, for it has logged in all the same", () => {
    const challenging = { ...basic, order: 2, http_authenticator: { type: "basic", challenge: true } };
    const from = { ...before, ...withDomains({ basic: challenging, openid }) };
    const certificates = domain("clientcert", "noop", { order: 9 });
    expect(judge(from, withDomains({ basic: challenging, openid, certificates }), token).findings).toEqual(
      [],
    );
  });

  test("minds one that its own domain is moved behind, and one that another of its domains let it avoid", () => {
    const challenging = { ...basic, order: 5, http_authenticator: { type: "basic", challenge: true } };
    const from = { ...before, ...withDomains({ openid, basic: challenging }) };
    const behind = withDomains({ openid: { ...openid, order: 9 }, basic: challenging });
    expect(said(judge(from, behind, token))).toEqual(["error lockout config/config"]);
    const beside = withDomains({ openid: { ...openid, order: 5 }, basic: challenging });
    expect(said(judge({ ...before, ...beside }, behind, token))).toEqual(["error lockout config/config"]);
    const second = {
      ...openid,
      order: 9,
      http_authenticator: { type: "openid", challenge: false, config: {} },
    };
    const two = { ...before, ...withDomains({ openid, basic: challenging, second }) };
    expect(said(judge(two, withDomains({ basic: challenging, second }), token))).toEqual([
      "error lockout config/config",
    ]);
  });

  test("is not the internal user of the same name", () => {
    const from = { ...before, internalusers: { deploy: { description: "another" } } };
    expect(judge(from, { internalusers: {} }, token).findings).toEqual([]);
  });

  test("logs in with tokens of the cluster itself while these are issued", () => {
    const obo = { on_behalf_of: { enabled: true, signing_key: "k" } };
    const from = { ...before, ...withDomains({ basic }, obo) };
    expect(said(judge(from, withDomains({ basic }), token))).toEqual(["error lockout config/config"]);
  });

  test("is locked out with the domain for certificates", () => {
    const certificates = domain("clientcert", "noop", { order: 4 });
    const from = { ...before, ...withDomains({ basic, certificates }) };
    const caller = { ...token.caller, credentials: "certificate" as const };
    expect(said(judge(from, withDomains({ basic }), { caller }))).toEqual(["error lockout config/config"]);
  });
});

const anonymous = (isOn: boolean) => ({ http: { anonymous_auth_enabled: isOn } });
const groups = (host: string) => ({
  authz: { groups: { authorization_backend: { type: "ldap", config: { hosts: [host] } } } },
});

describe("what a person reads", () => {
  const noMapping = mapped({ users: ["x"] });

  test("the message of a lockout has the chain, the change that breaks it, and its place", () => {
    expect(judge(internal, noMapping).findings).toStrictEqual([
      {
        ...about("rolesmapping", "all_access"),
        code: "lockout",
        severity: "error",
        refusedBy: "lockout",
        message:
          'the caller, user "deploy", could no longer change the security configuration: this change breaks backend role "ops" → rolesmapping/all_access → role all_access; no role that opens the REST API is left (all_access, security_rest_api_access); nothing was written',
        hint: keepTheRole,
      },
    ]);
  });

  test("the message about a deletion has no place in the files", () => {
    const deleted = judge(internal, { rolesmapping: {} }).findings;
    expect(deleted.map(({ kind, name }) => `${kind}/${name}`)).toEqual(["rolesmapping/all_access"]);
    expect(deleted[0]).not.toHaveProperty("at", expect.anything());
  });

  test.each([
    ["a user", deploy, 'the caller, user "deploy", could'],
    [
      "a certificate",
      { ...deploy, credentials: "certificate" as const },
      'the caller, certificate "deploy", could',
    ],
    ["somebody without a name", { backendRoles: ["ops"], roles: ["all_access"] }, "the caller could"],
  ])("calls %s by what the server knows", (_, caller, words) => {
    const [finding] = judge(internal, noMapping, { caller }).findings;
    expect(finding!.message).toMatch(new RegExp(`^${words}`));
  });

  test("the message of a risk shows how to lift it; an accepted risk is only reported", () => {
    const message =
      'the caller, user "deploy", may not be able to change the security configuration afterwards: whether this change keeps the password in use cannot be told';
    const hint = "rotate it with `osac account password`, and log in with the new one from then on";
    const common = { ...about("internalusers", "deploy"), code: "lockout-risk" };
    const lifted = [{ ...common, severity: "notice", message, hint }];

    expect(risk({})).toStrictEqual([
      {
        ...common,
        severity: "error",
        refusedBy: "lockout",
        message: `${message}; nothing was written`,
        hint: `${hint}; or pass a recovery certificate (--recovery-cert, --recovery-key), or accept the risk with --allow-lockout-risk`,
      },
    ]);
    expect(risk({ canRecover: true })).toStrictEqual(lifted);
    expect(risk({ choice: { breakGlass: [], isRiskAccepted: true } })).toStrictEqual(lifted);
  });
});

describe("a change of authentication", () => {
  const after = withDomains({ basic, openid });

  test("needs a recovery certificate, or consent", () => {
    expect(
      said(judge(internal, { ...after, internalusers: { ...internal.internalusers, other: {} } })),
    ).toEqual(["error lockout-risk config/config"]);
    expect(judge(internal, after, { canRecover: true }).findings).toEqual([]);
    const choice = { breakGlass: [], isRiskAccepted: true };
    expect(said(judge(internal, after, { choice }))).toEqual(["notice lockout-risk config/config"]);
  });

  test.each<[string, Documents, Documents]>([
    ["authc.openid", withDomains({ basic }), withDomains({ basic, openid })],
    [
      "authc.basic, authc.openid",
      withDomains({ basic }),
      withDomains({ basic: { ...basic, order: 7 }, openid }),
    ],
    ["authz.groups", withDomains({ basic }, groups("a")), withDomains({ basic }, groups("b"))],
    [
      "http.anonymous_auth_enabled",
      withDomains({ basic }, anonymous(false)),
      withDomains({ basic }, anonymous(true)),
    ],
    ["disable_rest_auth", withDomains({ basic }), withDomains({ basic }, { disable_rest_auth: true })],
  ])("is told by what of it changes: %s", (named, from, to) => {
    expect(judge({ ...internal, ...from }, to).findings.at(-1)).toStrictEqual({
      ...about("config", "config"),
      code: "lockout-risk",
      severity: "error",
      refusedBy: "lockout",
      message: `this changes how callers log in (${named}); if that goes wrong, only an admin certificate can revert it; nothing was written`,
      hint: "check it on another cluster first; or pass a recovery certificate (--recovery-cert, --recovery-key), or accept the risk with --allow-lockout-risk",
    });
  });

  test.each<[string, { [name: string]: Json }, { [name: string]: Json }]>([
    ["a description", { basic, ldap }, { basic, ldap: { ...ldap, description: "the directory" } }],
    ["a domain that is off", { basic }, { basic, openid: { ...openid, http_enabled: false } }],
    [
      "a setting of a domain that stays off",
      { basic, ldap: { ...ldap, http_enabled: false } },
      { basic, ldap: { ...ldap, http_enabled: false, order: 9 } },
    ],
  ])("is none in what decides about no login: %s", (_, from, to) => {
    expect(judge({ ...internal, ...withDomains(from) }, withDomains(to)).findings).toEqual([]);
    const groups = (domains: { [name: string]: Json }): Documents =>
      withDomains({ basic }, { authz: domains });
    expect(judge({ ...internal, ...groups(from) }, groups(to)).findings).toEqual([]);
  });

  test("is one where a domain is turned on or off", () => {
    const off = withDomains({ basic, ldap: { ...ldap, http_enabled: false } });
    for (const [from, to] of [
      [withDomains({ basic, ldap }), off],
      [off, withDomains({ basic, ldap })],
    ] as const)
      expect(said(judge({ ...internal, ...from }, to))).toContain("error lockout-risk config/config");
  });

  test("is none where the rest of config.yml changes", () => {
    const from = withDomains({ basic });
    const to = withDomains(
      { basic },
      { do_not_fail_on_forbidden: true, kibana: { multitenancy_enabled: false } },
    );
    expect(judge({ ...internal, ...from }, to).findings).toEqual([]);
  });

  test("does not allow a lockout that is certain", () => {
    const choice = { breakGlass: [], isRiskAccepted: true };
    expect(said(judge(internal, withDomains({ openid }), { choice, canRecover: true }))).toEqual([
      "error lockout config/config",
    ]);
  });

  test("is no matter to the admin certificate", () => {
    const { caller: _, ...given } = { caller: deploy, choice: { breakGlass: [], isRiskAccepted: false } };
    const judged = judgeLockout({
      ...given,
      changes: [],
      live: new Map(),
      version,
      adminDns: ["CN=admin"],
      canRecover: false,
      keepsPassword: "yes",
      requests: [],
    });
    expect(judged).toEqual({ findings: [], own: [] });
  });
});

test("a password that nobody can compare hides no loss that is certain", () => {
  const after: Documents = { internalusers: { deploy: { backend_roles: [] } } };
  const choice = { breakGlass: [], isRiskAccepted: true };
  expect(said(judge(internal, after, { keepsPassword: "unsure", canRecover: true, choice }))).toEqual([
    "error lockout internalusers/deploy",
  ]);
});

test("a caller of whom the server says nothing cannot be judged", () => {
  const caller = { ...deploy, roles: [] };
  expect(judge(internal, { rolesmapping: {} }, { caller }).findings).toStrictEqual([
    {
      code: "lockout-unknown",
      severity: "warning",
      message:
        "the server does not say which roles the caller has, so whether it locks itself out cannot be judged",
      hint: "let the caller read authinfo: check the allowlist",
    },
  ]);
});

const choose = (...breakGlass: BreakGlass[]) => ({
  choice: { breakGlass, isRiskAccepted: false },
  caller: { ...deploy, backendRoles: [], roles: ["security_rest_api_access"] },
});

const unable = (label: string) => ({
  code: "break-glass-without-access",
  severity: "warning",
  message: `${label} of break_glass cannot change the security configuration even now`,
  hint: "give it a role of plugins.security.restapi.roles_enabled (lockout.rest_api_roles names them), from 3.9 on the restapi:admin/ permissions of all resource types, or remove it from break_glass",
});

describe("break_glass", () => {
  const before: Documents = {
    ...internal,
    internalusers: { emergency: { backend_roles: ["ops"] }, second: { backend_roles: ["ops"] }, deploy: {} },
    rolesmapping: { all_access: { backend_roles: ["ops"] } },
  };
  const taken = mapped({ users: ["x"] });

  test("names a user who must keep its way in", () => {
    const after: Documents = { internalusers: { ...before.internalusers, emergency: {} } };
    expect(said(judge(before, after, choose({ user: "emergency" })))).toEqual([
      "error lockout internalusers/emergency",
    ]);
  });

  test("names a backend role, for which one user is enough", () => {
    const { emergency: _, ...rest } = before.internalusers!;
    const role = choose({ backend_role: "ops" });
    expect(judge(before, { internalusers: rest }, role).findings).toEqual([]);
    expect(said(judge(before, { internalusers: { deploy: {} } }, role))).toEqual([
      "error lockout internalusers/emergency",
    ]);
    expect(said(judge(before, { rolesmapping: {} }, role))).toEqual([
      "error lockout rolesmapping/all_access",
    ]);
  });

  test("names a certificate, of which it may be known that it is an administrator's", () => {
    const certificates = domain("clientcert", "noop", {
      order: 4,
      http_authenticator: { type: "clientcert", config: { username_attribute: "cn" } },
    });
    const from = {
      ...before,
      rolesmapping: { all_access: { users: ["robot"] } },
      ...withDomains({ basic, certificates }),
    };
    const robot = choose({ dn: "CN=robot,O=example" });
    expect(said(judge(from, taken, robot))).toEqual(["error lockout rolesmapping/all_access"]);
    const known = { ...robot, adminDns: ["CN=robot, O=example"] };
    expect(judge(from, taken, known).findings).toEqual([]);
  });

  const directory = withDomains({ basic, ldap });

  /** What is only mentioned of somebody, while another user is described. */
  const unjudged = (from: Documents, entry: BreakGlass): string[] => {
    const users: Documents = { internalusers: { ...from.internalusers, second: { description: "x" } } };
    const { findings } = judge(from, users, choose(entry));
    expect(
      findings.every(({ code, severity }) => code === "break-glass-not-checked" && severity === "notice"),
    ).toBe(true);
    return findings.map(({ message }) => message);
  };

  test.each([
    [{ user: "emergency" }, 'user "emergency" of break_glass'],
    [{ backend_role: "ops" }, 'backend role "ops" of break_glass'],
    [{ dn: "CN=robot,O=example" }, 'certificate "CN=robot,O=example" of break_glass'],
  ])("is called by its name: %o", (entry, label) => {
    const from = {
      ...before,
      rolesmapping: { all_access: { backend_roles: ["ops"], users: ["CN=robot,O=example"] } },
      ...withDomains({ basic, certificates: domain("clientcert", "noop", { order: 4 }) }),
    };
    const [finding] = judge(from, taken, choose(entry)).findings;
    expect(finding!.message).toMatch(
      new RegExp(`^${label} could no longer change the security configuration: this change breaks `),
    );
  });

  const withMapping = (fields: { [field: string]: Json }, domains = directory): Documents => ({
    ...before,
    ...domains,
    ...mapped(fields),
  });

  test.each<[string, BreakGlass, Documents]>([
    ["a user", { user: "somebody" }, withMapping({ users: ["somebody"] })],
    ["a backend role", { backend_role: "admins" }, withMapping({ backend_roles: ["admins"] })],
  ])("names %s of a directory, that must keep its way in", (_, entry, from) => {
    expect(unjudged(from, entry)).toEqual([]);
    expect(said(judge(from, taken, choose(entry)))).toEqual(["error lockout rolesmapping/all_access"]);
  });

  test("names a backend role, for which the internal users or the directory are enough", () => {
    const from = withMapping({ backend_roles: ["ops"] });
    const role = choose({ backend_role: "ops" });
    expect(judge(from, { internalusers: { deploy: {} } }, role).findings).toEqual([]);
    const { findings } = judge(from, withDomains({ basic }), { ...role, canRecover: true });
    expect(findings.filter(({ message }) => message.includes("of break_glass"))).toEqual([]);
  });

  test("that may be locked out is warned of, and the run goes on", () => {
    const after = mapped({ backend_roles: ["platform"] });
    expect(judge({ ...before, ...directory }, after, choose({ user: "somebody" })).findings).toStrictEqual([
      {
        ...about("rolesmapping", "all_access"),
        code: "lockout-risk",
        severity: "warning",
        message:
          'user "somebody" of break_glass may not be able to change the security configuration afterwards: this change breaks backend role "ops" → rolesmapping/all_access → role all_access; no role that opens the REST API is left (all_access, security_rest_api_access)',
        hint: keepTheRole,
      },
    ]);
  });

  test("that had a sure way in, and may lose it, is warned of likewise", () => {
    const rival = { ...openid, order: basic["order"]! };
    const { findings } = judge(before, withDomains({ basic, rival }), choose({ user: "emergency" }));
    expect(findings.at(-1)).toMatchObject({
      code: "lockout-risk",
      severity: "warning",
      message: expect.stringMatching(
        /^user "emergency" of break_glass may not be able .* have the same order, 1,/,
      ),
    });
  });

  test("is only warned of where it has no way in even now", () => {
    const after = mapped({ backend_roles: ["platform"] });
    const chosen = choose({ user: "deploy" }, { backend_role: "nobody" });
    expect(judge(before, after, chosen).findings).toStrictEqual([
      unable('user "deploy"'),
      unable('backend role "nobody"'),
    ]);
  });

  test("that is known outside cannot be judged, which is said", () => {
    expect(unjudged({ ...before, ...directory }, { user: "somebody" })).toEqual([
      'whether user "somebody" of break_glass can change the security configuration cannot be judged: it is known outside the cluster',
    ]);
  });

  test("names a backend role, which any domain may know where nobody may read the users", () => {
    const { internalusers: _, ...from } = before;
    const readers: Documents = { rolesmapping: { ...from.rolesmapping, readers: { users: ["x"] } } };
    const role = choose({ backend_role: "ops" });
    expect(
      judge({ ...from, rolesmapping: { ...from.rolesmapping, readers: {} } }, readers, role).findings,
    ).toEqual([]);
    expect(said(judge(from, taken, role))).toEqual(["error lockout rolesmapping/all_access"]);
  });

  test("names roles of its own by which it gets in, where osac.yml does", () => {
    const from = { ...before, rolesmapping: { gate: { users: ["emergency"] } } };
    const { caller, choice } = choose({ user: "emergency" });
    const given = { caller, choice: { ...choice, restApiRoles: ["gate"] } };
    expect(said(judge(from, { rolesmapping: { gate: { users: ["x"] } } }, given))).toEqual([
      "error lockout rolesmapping/gate",
    ]);
  });

  test("is a certificate that stands for the user that its domain makes of it, and for roles that nobody sees", () => {
    const certificates = domain("clientcert", "noop", {
      order: 4,
      http_authenticator: { type: "clientcert", config: { username_attribute: "cn" } },
    });
    const from = (fields: { [field: string]: Json }) =>
      withMapping(fields, withDomains({ basic, certificates }));
    const [robot, nameless] = [{ dn: "CN=robot,O=example" }, { dn: "O=example" }];
    expect(unjudged(from({ users: ["robot"] }), robot)).toEqual([]);
    expect(unjudged(from({ backend_roles: ["robots"] }), robot)).toEqual([
      'whether certificate "CN=robot,O=example" of break_glass can change the security configuration cannot be judged: it is known outside the cluster',
    ]);
    expect(judge(from({ users: ["robot"] }), taken, choose(nameless)).findings).toStrictEqual([
      unable('certificate "O=example"'),
    ]);
  });

  test("is a certificate that no domain looks at: an administrator's, whom nothing locks out", () => {
    expect(judge(before, taken, choose({ dn: "CN=robot,O=example" })).findings).toEqual([]);
  });

  test.each<[BreakGlass, string, KindName[]]>([
    [{ user: "emergency" }, 'user "emergency"', ["internalusers"]],
    [{ user: "emergency" }, 'user "emergency"', ["rolesmapping"]],
    [{ user: "emergency" }, 'user "emergency"', ["rolesmapping", "config"]],
    [{ backend_role: "admins" }, 'backend role "admins"', ["config"]],
  ])("that hangs on what nobody may read cannot be judged either: %o", (entry, label, unread) => {
    const read = Object.entries(withMapping({ backend_roles: ["ops", "admins"] })).filter(
      ([kind]) => !unread.includes(kind as KindName),
    );
    expect(unjudged(Object.fromEntries(read), entry)).toEqual([
      `whether ${label} of break_glass can change the security configuration cannot be judged: ${unread.join(", ")} cannot be read`,
    ]);
  });
});

describe("restapi:admin permissions without a role of the gate, where they count", () => {
  const permissions = kindNames
    .filter((kind) => kind !== "audit")
    .map((kind) => `restapi:admin/${kind === "config" ? "config/update" : kind}`);
  const before: Documents = {
    actiongroups: {},
    allowlist: {},
    roles: { rest: { cluster_permissions: permissions }, plain: {} },
    rolesmapping: { rest: { users: ["deploy"] }, plain: { users: ["deploy"] } },
    internalusers: { deploy: {} },
    ...withDomains({ basic }),
  };
  const caller = { ...deploy, backendRoles: [], roles: ["rest", "plain"] };
  const without = (role: string): Documents => ({
    rolesmapping: { ...before.rolesmapping, [role]: { users: [] } },
  });
  const on = (number: string): Partial<LockoutInput> => ({ version: parseVersion(number), caller });

  test("let a caller lose any other role from 3.9 on, and no role before", () => {
    expect(said(judge(before, without("plain"), on("3.9.0")))).toEqual([]);
    expect(said(judge(before, without("plain"), on("3.8.0")))).toEqual(["error lockout rolesmapping/plain"]);
  });

  test("losing the last restapi:admin permissions is a lockout", () => {
    const lost = said(judge(before, without("rest"), on("3.9.0")));
    expect(lost).toContain("error lockout rolesmapping/rest");
  });

  test("open nothing where one kind is missing", () => {
    const few = { ...before, roles: { rest: { cluster_permissions: permissions.slice(1) }, plain: {} } };
    expect(said(judge(few, without("plain"), on("3.9.0")))).toEqual(["error lockout rolesmapping/plain"]);
  });

  test("let somebody of break_glass in, who is watched by them", () => {
    const documents = {
      ...before,
      rolesmapping: { ...before.rolesmapping, all_access: { users: ["deploy"] }, rest: { users: ["anna"] } },
      internalusers: { deploy: {}, anna: {} },
    };
    const breakGlass: BreakGlass[] = [{ user: "anna" }];
    const given = (number: string): Partial<LockoutInput> => ({
      version: parseVersion(number),
      caller: { ...caller, roles: ["all_access", "plain"] },
      choice: { breakGlass, isRiskAccepted: false },
    });
    const harmless: Documents = {
      internalusers: { ...documents.internalusers, deploy: { attributes: { a: "b" } } },
    };
    const harmful: Documents = { rolesmapping: { ...documents.rolesmapping, rest: { users: [] } } };
    expect(said(judge(documents, harmless, given("3.9.0")))).toEqual([]);
    expect(said(judge(documents, harmful, given("3.9.0")))).toEqual(["error lockout rolesmapping/rest"]);
    expect(said(judge(documents, harmless, given("3.8.0")))).toEqual(["warning break-glass-without-access"]);
  });
});
