import { setTimeout as sleep } from "node:timers/promises";
import { OsacError } from "../errors.ts";
import { touches } from "../access/own-changes.ts";
import type { PatchRequest } from "../model/change.ts";
import type { Answer, Connection, Reader, SideAnswer } from "../model/cluster.ts";
import { kindNames, type KindName } from "../model/kind-name.ts";
import { explainForbidden } from "../cluster/write-access.ts";
import { openReader } from "../cluster/client.ts";
import { asRecord } from "../cluster/as-record.ts";
import { securityPath } from "../cluster/paths.ts";
import type { ApplyContext } from "./context.ts";
import { isChallenge, isPluginAnswer } from "../cluster/recognize-plugin.ts";
import { serverMessage } from "../cluster/explain-refusal.ts";

/** The most attempts if the server does not respond. */
const attemptsMax = 3;

const pauseMs = 1_000;

/** The kinds that the caller may write now. */
export async function readWritableKinds(reader: Reader): Promise<KindName[]> {
  const answers = await Promise.all(
    kindNames.map(async (kind) => explainUnwritable(kind, await reader.probe(kind))),
  );
  return kindNames.filter((_, index) => answers[index] === undefined);
}

/**
 * Checks after a request that affects the caller's own access that the caller can still change the security
 * configuration. On a new connection the caller must log in as the same user and be able to write the same
 * kinds. Returns the reason if it cannot, else undefined. Throws if the server does not respond.
 */
export async function proveAccess(
  { changes }: PatchRequest,
  { connection, own, writable }: ApplyContext,
): Promise<string | undefined> {
  if (!changes.some(touches(own))) return undefined;
  for (let attempt = 1; ; attempt += 1) {
    const reader = openReader(connection);
    try {
      return await queryAccess(reader, connection, own.caller, writable);
    } catch (error) {
      if (!(error instanceof OsacError) || attempt === attemptsMax) throw error;
    } finally {
      await reader.close();
    }
    await sleep(pauseMs * attempt);
  }
}

async function queryAccess(
  reader: Reader,
  connection: Connection,
  caller: string | undefined,
  kinds: readonly KindName[],
): Promise<string | undefined> {
  const path = securityPath(connection, "authinfo");
  // Without kinds to check, only the login shows the access.
  const login: SideAnswer = await (kinds.length === 0 ? reader.read(path) : reader.readAside(path));
  const why =
    explainLogin(login, caller, kinds.length === 0) ?? (await explainUnwritableKinds(reader, kinds));
  // If the connection fails, the refusal may come from a proxy.
  if (why !== undefined && login.failure) throw login.failure;
  return why;
}

/** A refusal by a proxy does not concern the login. Then the kinds show the access, if there are any. */
function explainLogin(login: Answer, caller: string | undefined, isAlone: boolean): string | undefined {
  if (!isAlone && !isPluginAnswer(login) && !isChallenge(login)) return undefined;
  if (login.status !== 200) return `the login is answered ${login.status}: ${serverMessage(login)}`;
  const { user_name: name = null } = asRecord(login.body);
  return caller === undefined || name === caller
    ? undefined
    : `the server takes the caller for ${JSON.stringify(name)}`;
}

async function explainUnwritableKinds(
  reader: Reader,
  kinds: readonly KindName[],
): Promise<string | undefined> {
  const answers = await Promise.all(
    kinds.map(async (kind) => explainUnwritable(kind, await reader.probe(kind))),
  );
  return answers.find((answer) => answer !== undefined);
}

/** An unknown answer counts as a refusal, too. */
function explainUnwritable(kind: KindName, answer: Answer): string | undefined {
  try {
    const found = explainForbidden(kind, answer);
    return found && `${kind} cannot be written: ${found.reason}`;
  } catch (error) {
    if (!(error instanceof OsacError)) throw error;
    return `a write of ${kind} is answered ${answer.status}: ${serverMessage(answer)}`;
  }
}
