import { randomBytes } from "node:crypto";
import { test as base, type TestAPI } from "vitest";
import { compareVersions, parseVersion } from "../../../src/value/version.ts";
import { remove } from "./answers.ts";
import { type Caller, type Identity, openCaller } from "./caller.ts";

/** A cluster that the suite may write to. Without the admin certificate only the harmless part can run. */
export interface Cluster {
  readonly url: string;
  readonly version: string;
  readonly user: string;
  readonly password: string;
  readonly caCert?: string;
  readonly adminCert?: string;
  readonly adminKey?: string;
  readonly clientCert?: string;
  readonly clientKey?: string;
  /** What requests of the API begin with, if it is not the usual. */
  readonly prefix?: string;
  /** What `GET /` says for the sake of old clients, and not the version. */
  readonly mainVersion?: string;
  /** Somebody else's: no user is made in it whose password others know, and the certificate calls itself. */
  readonly isForeign?: boolean;
  stop(): Promise<void>;
}

/** The kinds in the order in which they can be deleted. */
const namedKinds = ["internalusers", "rolesmapping", "roles", "actiongroups", "tenants", "nodesdn"] as const;

type NamedKind = (typeof namedKinds)[number];

export interface Fixtures {
  readonly cluster: Cluster;
  /** An ordinary user who may use the Security API. */
  readonly user: Caller;
  /** The admin certificate. */
  readonly certificate: Caller;
  /** Calls as anybody else. */
  readonly as: (identity: Omit<Identity, "caCert">) => Caller;
  /** A name nobody has; what gets that name in one of these kinds is deleted after the test. */
  readonly fresh: (...kinds: NamedKind[]) => string;
}

type ContractTest = TestAPI<Fixtures>;

/** A choice by the server's version: the entry of the newest version that is not newer than the server. */
export type ByVersion = <T>(table: Readonly<Record<string, T>>) => T;

/** What every group of statements is handed. */
export interface Suite {
  readonly test: ContractTest;
  /** What holds for ordinary users alone. */
  readonly testAsUser: ContractTest | ContractTest["skip"];
  readonly since: ByVersion;
}

/** The suite for one server: the cluster is started with the first test and stopped after the last. */
export function contractSuite(
  version: string,
  start: () => Promise<Cluster>,
  { isAdministrator = false }: { readonly isAdministrator?: boolean } = {},
): Suite {
  const test = contractTest(start);
  return { test, testAsUser: isAdministrator ? test.skip : test, since: byVersion(version) };
}

/** A choice among statements for the server of this version. */
export function byVersion(version: string): ByVersion {
  const server = parseVersion(version);
  return (table) => {
    const known = Object.keys(table).filter((from) => compareVersions(parseVersion(from), server) <= 0);
    const newest = known.toSorted((a, b) => compareVersions(parseVersion(b), parseVersion(a)))[0];
    if (newest === undefined) throw new Error(`nothing is stated for ${version}`);
    return table[newest] as (typeof table)[string];
  };
}

function contractTest(start: () => Promise<Cluster>): ContractTest {
  return base.extend<Fixtures>({
    cluster: [
      // oxlint-disable-next-line no-empty-pattern -- A fixture that needs no other says so by an empty pattern.
      async ({}, use) => {
        const cluster = await start();
        await use(cluster);
        await cluster.stop();
      },
      { scope: "file" },
    ],
    certificate: [
      async ({ cluster }, use) => {
        const { adminCert: cert, adminKey: key } = cluster;
        if (!cert || !key) throw new Error("this statement needs the admin certificate");
        await useCaller(cluster, { cert, key }, use);
      },
      { scope: "file" },
    ],
    user: [
      async ({ cluster }, use) => {
        await useCaller(cluster, await cheapUser(cluster), use);
      },
      { scope: "file" },
    ],
    as: async ({ cluster }, use) => {
      const opened: { close(): Promise<void> }[] = [];
      await use((identity) => {
        const caller = openAt(cluster, identity);
        opened.push(caller);
        return caller;
      });
      await Promise.all(opened.map((caller) => caller.close()));
    },
    fresh: async ({ user }, use) => {
      const given: { kinds: NamedKind[]; name: string }[] = [];
      await use((...kinds) => {
        const name = `osac-test-${randomBytes(4).toString("hex")}`;
        given.push({ kinds, name });
        return name;
      });
      for (const kind of namedKinds) {
        const removals = given
          .filter(({ kinds }) => kinds.includes(kind))
          .map(({ name }) => remove(`/${name}`));
        if (removals.length > 0) await user.patch(kind, removals);
      }
    },
  });
}

async function useCaller(
  cluster: Cluster,
  identity: Identity,
  use: (caller: Caller) => Promise<void>,
): Promise<void> {
  const caller = openAt(cluster, identity);
  await use(caller);
  await caller.close();
}

function openAt({ url, caCert, prefix }: Cluster, identity: Identity): ReturnType<typeof openCaller> {
  return openCaller(url, caCert ? { ...identity, caCert } : identity, prefix);
}

/**
 * After every write the server checks the caller's password anew, which takes it a third of a second for
 * the users that it ships. On a cluster of our own the suite calls as a user whose hash is cheap.
 */
async function cheapUser(cluster: Cluster): Promise<Identity> {
  const { url, adminCert, adminKey, user, password, isForeign } = cluster;
  if (!adminCert || !adminKey) return { user, password };
  if (isForeign) return { cert: adminCert, key: adminKey };
  const isPlain = url.startsWith("http:");
  const owner = openAt(cluster, isPlain ? { user, password } : { cert: adminCert, key: adminKey });
  const cheap = { user: "contract", password: cheapPassword };
  await owner.put(`internalusers/${cheap.user}`, { hash: cheapHash, backend_roles: ["admin"] });
  await owner.close();
  return cheap;
}

/** A password with a bcrypt hash of the lowest cost. */
export const cheapPassword = "Correct-Horse_7-Battery";
export const cheapHash = "$2a$04$HCkkHOq.SvEsCoXI3QKMauPBOh/vemYrdpbakPsEV.pxwLF2mp0Ya";
