import { accessKinds, canTakeAccess, type Verdict } from "./access/index.ts";
import { readCaller } from "./cluster/caller.ts";
import { collectionPath, openReader } from "./cluster/client.ts";
import { fetchLive } from "./cluster/fetch.ts";
import { identify } from "./cluster/identify.ts";
import { failure } from "./errors.ts";
import {
  judgeLockout,
  type LockoutChoice,
  type LockoutInput,
  type LockoutJudgement,
} from "./guard/lockout/index.ts";
import {
  kindNames,
  type Change,
  type ClusterInfo,
  type Connection,
  type KindName,
  type LiveKind,
  type Reader,
} from "./model.ts";
import { keepsPassword } from "./passwords/own-login.ts";

/** What the settings say about lockouts, and the way to the cluster of the admin certificate that may heal one. */
export interface LockoutTask extends LockoutChoice {
  readonly healing?: Connection | undefined;
}

const nothing: LockoutJudgement = { findings: [], own: [] };

/**
 * Whether the changes lock anybody out who must not be, and which of them touch the caller's own access. Only a plan
 * that can take access away has more read for it: the documents that decide about access, and who the caller is.
 */
export async function guardAgainstLockout(
  reader: Reader,
  connection: Connection,
  changes: readonly Change[],
  { live, cluster }: { live: ReadonlyMap<KindName, LiveKind>; cluster: ClusterInfo },
  task: LockoutTask | undefined,
): Promise<LockoutJudgement> {
  if (!task || !changes.some(canTakeAccess)) return nothing;
  const missing = accessKinds.filter((kind) => !live.has(kind));
  const [others, caller, healerDn] = await Promise.all([
    fetchLive(reader, connection, cluster, missing),
    callerOf(reader, connection, cluster),
    healerOf(task.healing),
  ]);
  return judgeLockout({
    changes,
    live: new Map([...live, ...others]),
    choice: task,
    ...(caller ? { caller } : {}),
    adminDns: [cluster.adminDn, healerDn].filter((dn) => dn !== undefined),
    canHeal: healerDn !== undefined,
    keepsPassword: await passwordVerdict(changes, connection),
    requests: requestsOf(connection, [...live.keys()]),
  });
}

async function callerOf(
  reader: Reader,
  connection: Connection,
  cluster: ClusterInfo,
): Promise<LockoutInput["caller"]> {
  if (cluster.adminDn !== undefined) return undefined;
  const { kind, name, address, backendRoles, roles } = await readCaller(reader, connection, cluster);
  const credentials = ({ user: "password", token: "token", certificate: "certificate" } as const)[
    kind as "user"
  ];
  return {
    backendRoles,
    roles,
    ...(credentials === undefined ? {} : { credentials }),
    ...(name === undefined ? {} : { name }),
    ...(address === undefined ? {} : { address }),
  };
}

/** The DN of the certificate that may heal, once the cluster has said that it is an administrator's. */
async function healerOf(healing: Connection | undefined): Promise<string | undefined> {
  if (!healing) return undefined;
  const reader = openReader(healing);
  try {
    const known = await identify(reader, healing);
    if (known.adminDn === undefined) {
      throw failure(
        "access",
        "no-healer",
        "the certificate of --heal-cert is no admin certificate of this cluster",
        {
          hint: "give one that plugins.security.authcz.admin_dn names, or none",
        },
      );
    }
    return known.adminDn;
  } finally {
    await reader.close();
  }
}

async function passwordVerdict(
  changes: readonly Change[],
  { username, password }: Connection,
): Promise<Verdict> {
  if (username === undefined || password === undefined) return "yes";
  const keeps = await keepsPassword(changes, username, password);
  return keeps === undefined ? "unsure" : keeps ? "yes" : "no";
}

/** What this run sends, and what it takes to open an allowlist again. */
function requestsOf(connection: Connection, names: readonly KindName[]): LockoutInput["requests"] {
  const paths = kindNames
    .filter((name) => name === "allowlist" || names.includes(name))
    .map((name) => collectionPath(connection, name));
  return paths.flatMap((path) => ["GET", "PATCH"].map((method) => ({ method, path })));
}
