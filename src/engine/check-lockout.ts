import { canTakeAccess, type Certainty } from "../access/index.ts";
import type { OwnAccess } from "../access/own-changes.ts";
import { readCaller } from "../cluster/caller.ts";
import { collectionPath, openReader, openWriter } from "../cluster/client.ts";
import { fetchLive } from "../cluster/fetch-live.ts";
import { readAdminDn } from "../cluster/identify.ts";
import type { WriteAccess } from "../apply/context.ts";
import { failure, type OsacError } from "../errors.ts";
import { judgeLockout, type LockoutChoice, type LockoutInput } from "../guard/lockout/index.ts";
import { formatAddress } from "../kinds/address.ts";
import type { Change } from "../model/change.ts";
import type { ClusterInfo, Connection, Reader } from "../model/cluster.ts";
import type { LiveState } from "../model/entity.ts";
import type { Finding } from "../model/finding.ts";
import { kindNames, type KindName } from "../model/kind-name.ts";
import type { Plan } from "../model/plan.ts";
import { keepsPassword } from "../passwords/own-login.ts";

/** The settings about lockouts, and the connection of the recovery certificate. */
export interface LockoutTask extends LockoutChoice {
  readonly recovery?: Connection | undefined;
}

/** The findings of the lockout guard, and the changes of the caller's own access. */
export interface LockoutResult {
  readonly findings: readonly Finding[];
  readonly own: OwnAccess;
}

const noLockout: LockoutResult = { findings: [], own: { changes: new Set() } };

/**
 * Finds changes that lock out the caller or the break-glass access, and changes that affect the caller's own
 * access. osac reads the caller only if the plan can take access away.
 */
export async function checkLockout(
  reader: Reader,
  connection: Connection,
  changes: readonly Change[],
  {
    live,
    deciding,
    cluster,
  }: {
    live: LiveState;
    deciding: LiveState;
    cluster: ClusterInfo;
  },
  task: LockoutTask | undefined,
): Promise<LockoutResult> {
  if (!task || !changes.some(canTakeAccess)) return noLockout;
  const [caller, recoveryDn] = await Promise.all([
    readKnownCaller(reader, connection, cluster),
    findRecoveryDn(task.recovery),
  ]);
  const { findings, own } = judgeLockout({
    changes,
    live: deciding,
    choice: task,
    version: cluster.version,
    caller,
    adminDns: [cluster.adminDn, recoveryDn].filter((dn) => dn !== undefined),
    canRecover: recoveryDn !== undefined,
    keepsPassword: await checkOwnPassword(changes, connection),
    requests: listOwnRequests(connection, [...live.keys()]),
  });
  return {
    findings,
    own: {
      changes: new Set(own.map(formatAddress)),
      // If the server does not name the caller, osac uses the given user name.
      caller: caller?.roles.length ? caller.name : undefined,
      recoveryDn,
    },
  };
}

/**
 * Connects with the recovery certificate, and reads the kinds before the first write. This certificate sees
 * hashes.
 */
export async function openRecovery(
  recovery: Connection | undefined,
  { cluster: asCaller, changes }: Pick<Plan, "cluster" | "changes">,
  own: OwnAccess,
): Promise<WriteAccess | undefined> {
  if (!recovery || own.recoveryDn === undefined || own.changes.size === 0) return undefined;
  const writer = openWriter(recovery);
  const cluster = { ...asCaller, adminDn: own.recoveryDn };
  const kinds = [...new Set(changes.map(({ kind }) => kind))];
  return { writer, connection: recovery, cluster, live: await fetchLive(writer, recovery, cluster, kinds) };
}

async function readKnownCaller(
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
    credentials,
    name,
    address,
  };
}

/** The DN of the recovery certificate. The server must confirm that it is an admin certificate. */
async function findRecoveryDn(recovery: Connection | undefined): Promise<string | undefined> {
  if (!recovery) return undefined;
  const reader = openReader(recovery);
  try {
    const dn = await readAdminDn(reader, recovery);
    if (dn === null) throw recoveryNotChecked(reader);
    if (dn !== undefined) return dn;
  } finally {
    await reader.close();
  }
  const message =
    "the certificate of --recovery-cert is no admin certificate of this cluster; nothing was written";
  throw failure("access", "no-recovery-certificate", message, {
    hint: recovery.url.startsWith("http:")
      ? "http:// carries no certificate: connect to the nodes themselves over https://"
      : "give one that plugins.security.authcz.admin_dn names, or none",
  });
}

function recoveryNotChecked({ unanswered }: Reader): OsacError {
  const [first] = unanswered.values();
  const why = first ? `: ${first.message}` : "";
  const message = `osac could not check whether the certificate of --recovery-cert is an admin certificate; nothing was written${why}`;
  return failure("access", "not-checked", message, { hint: "try again, or run without --recovery-cert" });
}

async function checkOwnPassword(
  changes: readonly Change[],
  { username, password }: Connection,
): Promise<Certainty> {
  if (username === undefined || password === undefined) return "yes";
  const keeps = await keepsPassword(changes, username, password);
  return keeps === undefined ? "unsure" : keeps ? "yes" : "no";
}

/** The requests of this run, and those that change an allowlist back. */
function listOwnRequests(connection: Connection, names: readonly KindName[]): LockoutInput["requests"] {
  const paths = kindNames
    .filter((name) => name === "allowlist" || names.includes(name))
    .map((name) => collectionPath(connection, name));
  return paths.flatMap((path) => ["GET", "PATCH"].map((method) => ({ method, path })));
}
