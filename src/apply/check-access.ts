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

/** The most questions to a server that does not answer. */
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
 * Why the caller cannot change the security configuration any more after a request that touches its own access, asked
 * on a new connection with the same credentials: whether it logs in, as the same user, and may write the same kinds.
 * Undefined where it can.
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
  // Where no kind is asked, the login alone tells.
  const login: SideAnswer = await (kinds.length === 0 ? reader.read(path) : reader.readAside(path));
  const why =
    explainLogin(login, caller, kinds.length === 0) ?? (await explainUnwritableKinds(reader, kinds));
  // Where the connection is cut, a refusal may come from whoever cuts it.
  if (why !== undefined && login.failure) throw login.failure;
  return why;
}

/** A refusal of a proxy does not concern the login. Then the kinds show it, if there are any. */
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

/** An answer that nobody foresaw says that it may not, too. */
function explainUnwritable(kind: KindName, answer: Answer): string | undefined {
  try {
    const found = explainForbidden(kind, answer);
    return found && `${kind} cannot be written: ${found.reason}`;
  } catch (error) {
    if (!(error instanceof OsacError)) throw error;
    return `a write of ${kind} is answered ${answer.status}: ${serverMessage(answer)}`;
  }
}
