import { describe, expect, test } from "vitest";
import { judgeLockout, type LockoutInput, type LockoutJudgement } from "../../src/guard/lockout/index.ts";
import { canonicalize } from "../../src/kinds/canonical.ts";
import { kinds } from "../../src/kinds/index.ts";
import { parseVersion } from "../../src/kinds/version.ts";
import type { Body, Json, KindName, LiveKind } from "../../src/model.ts";
import { diffEntities } from "../../src/plan/diff.ts";

type Documents = { readonly [Kind in KindName]?: { readonly [name: string]: { [field: string]: Json } } };

const version = parseVersion("3.4.0");

const bodiesOf = (kind: KindName, documents: Documents): Map<string, Body> =>
  new Map(
    Object.entries(documents[kind] ?? {}).map(([name, body]) => [
      name,
      canonicalize(kinds[kind], body, version),
    ]),
  );

/** What the guard says of the way from one state of the documents to another. A kind that is not named is unreadable. */
function judge(before: Documents, after: Documents, given: Partial<LockoutInput> = {}): LockoutJudgement {
  const names = Object.keys(before) as KindName[];
  const live = new Map(
    names.map((kind): [KindName, LiveKind] => {
      const entities = [...bodiesOf(kind, before)].map(
        ([name, body]) => [name, { name, body, raw: {} }] as const,
      );
      return [kind, { readable: true, entities: new Map(entities) }];
    }),
  );
  const changes = names.flatMap((kind) => {
    const wanted = [...bodiesOf(kind, { ...before, ...after })].map(
      ([name, body]) => [name, { body }] as const,
    );
    return diffEntities(kind, new Map(wanted), bodiesOf(kind, before));
  });
  return judgeLockout({
    changes,
    live,
    choice: { breakGlass: [], isRiskAccepted: false },
    caller: deploy,
    adminDns: [],
    canHeal: false,
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

describe("what takes nothing away from the caller", () => {
  test("is not spoken of", () => {
    const after: Documents = {
      rolesmapping: { all_access: { backend_roles: ["ops", "platform"] }, readers: { users: ["deploy"] } },
      internalusers: { deploy: { backend_roles: ["ops"], description: "x" }, other: {} },
    };
    expect(judge(internal, after).findings).toEqual([]);
  });

  test("but touches its access is told apart from the rest", () => {
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
      canHeal: true,
    });
    expect(judged.findings).toEqual([]);
  });

  test("that may be known to two of them needs both", () => {
    const two = {
      ldap,
      other: { ...ldap, order: 5, authentication_backend: { type: "ldap", config: { hosts: ["b"] } } },
    };
    const from = { ...before, ...withDomains(two) };
    expect(said(judge(from, withDomains({ ldap }), { canHeal: true }))).toEqual([
      "notice lockout-risk config/config",
    ]);
  });
});

describe("a caller with a token, or a certificate", () => {
  const before: Documents = {
    rolesmapping: { all_access: { users: ["deploy"] } },
    internalusers: {},
    ...withDomains({ basic, openid }),
  };
  const token = { caller: { ...deploy, credentials: "token" as const, backendRoles: [] }, canHeal: true };

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

describe("a change of authentication", () => {
  const after = withDomains({ basic, openid });

  test("needs a certificate that could heal it, or consent", () => {
    expect(said(judge(internal, after))).toEqual(["error lockout-risk config/config"]);
    expect(judge(internal, after).findings[0]).toMatchObject({
      refusedBy: "lockout",
      message: expect.stringContaining("(authc.openid)"),
      hint: expect.stringContaining("--allow-lockout-risk"),
    });
    expect(judge(internal, after, { canHeal: true }).findings).toEqual([]);
    const choice = { breakGlass: [], isRiskAccepted: true };
    expect(said(judge(internal, after, { choice }))).toEqual(["notice lockout-risk config/config"]);
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
    expect(said(judge(internal, withDomains({ openid }), { choice, canHeal: true }))).toEqual([
      "error lockout config/config",
    ]);
  });

  test("is no matter to the admin certificate", () => {
    const { caller: _, ...given } = { caller: deploy, choice: { breakGlass: [], isRiskAccepted: false } };
    const judged = judgeLockout({
      ...given,
      changes: [],
      live: new Map(),
      adminDns: ["CN=admin"],
      canHeal: false,
      keepsPassword: "yes",
      requests: [],
    });
    expect(judged).toEqual({ findings: [], own: [] });
  });
});

test("a caller of whom the server says nothing cannot be judged", () => {
  const caller = { ...deploy, roles: [] };
  expect(said(judge(internal, { rolesmapping: {} }, { caller }))).toEqual(["warning lockout-unknown"]);
});

test("a password that nobody can compare may be another", () => {
  const after: Documents = { internalusers: { deploy: { backend_roles: ["ops"], description: "x" } } };
  expect(said(judge(internal, after, { keepsPassword: "unsure" }))).toEqual([
    "error lockout-risk internalusers/deploy",
  ]);
});

const choose = (...breakGlass: LockoutInput["choice"]["breakGlass"]) => ({
  choice: { breakGlass, isRiskAccepted: false },
  caller: { ...deploy, backendRoles: [], roles: ["security_rest_api_access"] },
});

describe("break_glass", () => {
  const before: Documents = {
    ...internal,
    internalusers: { emergency: { backend_roles: ["ops"] }, second: { backend_roles: ["ops"] }, deploy: {} },
    rolesmapping: { all_access: { backend_roles: ["ops"] } },
  };

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
    expect(said(judge(from, { rolesmapping: { all_access: { users: ["x"] } } }, robot))).toEqual([
      "error lockout rolesmapping/all_access",
    ]);
    const known = { ...robot, adminDns: ["CN=robot, O=example"] };
    expect(judge(from, { rolesmapping: { all_access: { users: ["x"] } } }, known).findings).toEqual([]);
  });

  test("is only warned of where it has no way in even now", () => {
    const after: Documents = { rolesmapping: { all_access: { backend_roles: ["platform"] } } };
    expect(said(judge(before, after, choose({ user: "deploy" }, { backend_role: "nobody" })))).toEqual([
      "warning break-glass-unable",
      "warning break-glass-unable",
    ]);
  });

  test("that is known outside cannot be judged, which is said", () => {
    const from = { ...before, ...withDomains({ basic, ldap }) };
    const after: Documents = { rolesmapping: { ...before.rolesmapping, readers: { users: ["x"] } } };
    expect(said(judge(from, after, choose({ user: "somebody" })))).toEqual(["notice break-glass-unknown"]);
  });
});
