import type { Caller } from "../access/effective/index.ts";
import type { Answered } from "../access/questions/list-questions.ts";
import { expectsRefusal, findSafePath } from "../access/questions/safe-requests.ts";
import { openReader } from "../cluster/client.ts";
import { securityPath } from "../cluster/paths.ts";
import { failure } from "../errors.ts";
import type { Connection, Reader } from "../model/cluster.ts";
import type { Verification } from "../model/verification.ts";
import { readSubjectPassword } from "../settings/read-connection.ts";
import type { Settings } from "../settings/settings.ts";
import { getOwnField } from "../value/path.ts";
import { isRecord } from "../value/record.ts";
import type { Io } from "./io.ts";

/** Asks the cluster as the subject itself, with a request that only reads, and compares both answers. */
export async function verifyAnswer(
  asked: Answered,
  connection: Connection,
  settings: Settings,
  io: Io,
): Promise<Verification> {
  const [verification] = await verifyAnswers([asked], connection, settings, io);
  return verification!;
}

/** Does the same for several questions of one subject, which logs in only as long as its password is right. */
export async function verifyAnswers(
  asked: readonly Answered[],
  connection: Connection,
  settings: Settings,
  io: Io,
): Promise<Verification[]> {
  const { url, caCert, insecure, timeoutMs, apiPrefix, proxy, trace } = connection;
  const login = asked[0] && (await readLogin(asked[0].caller, settings, io));
  if (login === undefined) return asked.map(() => ({ result: "not-verified", reason: nobody }));
  const own = { url, caCert, insecure, timeoutMs, apiPrefix, proxy, trace, ...login };
  const reader = openReader(own);
  try {
    return await askAll(reader, own, asked);
  } finally {
    await reader.close();
  }
}

/** A login that failed is not repeated: the cluster may block the user. */
async function askAll(
  reader: Reader,
  connection: Connection,
  asked: readonly Answered[],
): Promise<Verification[]> {
  const found: Verification[] = [];
  for (const one of asked) {
    const last = found.at(-1);
    found.push(last?.status === 401 ? last : await ask(reader, connection, one));
  }
  return found;
}

const nobody = "nobody logs in as this subject: ask for user:NAME or external:NAME, and pass its password";

async function readLogin(
  { subject }: Caller,
  settings: Settings,
  { stdin }: Io,
): Promise<Pick<Connection, "username" | "password"> | undefined> {
  if (subject.kind === "anonymous") return {};
  if (subject.kind !== "user" && subject.kind !== "external") return undefined;
  const password = await readSubjectPassword(settings, stdin);
  if (password) return { username: subject.name, password };
  throw failure("input", "missing-argument", `--verify logs in as ${subject.name}: the password is missing`, {
    hint: "pass it with --subject-password-file PATH, - for standard input, or OSAC_SUBJECT_PASSWORD",
  });
}

async function ask(reader: Reader, connection: Connection, asked: Answered): Promise<Verification> {
  const { what, target } = asked;
  if (target.kind === "tenant") return askAboutTenant(reader, connection, asked, target.name);
  const path = findSafePath(what, target);
  if (path === undefined)
    return { result: "not-verified", reason: `no request that only reads asks for: ${what}` };
  const { status } = await reader.read(path);
  const verification = { request: `GET ${path}`, status };
  const isRefused = readRefusal(status);
  if (isRefused === undefined)
    return { result: "not-verified", reason: explainStatus(status), ...verification };
  return compare(reader, connection, asked, {
    ...verification,
    isRefused,
    says: isRefused ? "refused" : "permitted",
  });
}

/** The server permits what it answers, or looks for without finding it. */
function readRefusal(status: number): boolean | undefined {
  if (status === 403) return true;
  return status === 200 || status === 404 ? false : undefined;
}

function explainStatus(status: number): string {
  return status === 401 ? "the cluster refused the login (401)" : `the cluster answered ${status}`;
}

/** `authinfo` lists the tenants of the caller, each with true if it may write there. */
async function askAboutTenant(
  reader: Reader,
  connection: Connection,
  asked: Answered,
  tenant: string,
): Promise<Verification> {
  const path = securityPath(connection, "authinfo");
  const { status, body } = await reader.read(path);
  const verification = { request: `GET ${path}`, status };
  const tenants = isRecord(body) ? getOwnField(body, "tenants") : undefined;
  if (status !== 200 || !isRecord(tenants))
    return { result: "not-verified", reason: explainStatus(status), ...verification };
  const seen = getOwnField(tenants, tenant);
  const step = asked.answer.steps.find(({ level }) => level === "tenant");
  const isRefused = step?.action === "write" ? seen !== true : seen === undefined;
  const says = seen === undefined ? "no access to the tenant" : seen === true ? "write" : "read";
  const answer = { ...asked.answer, decision: step?.decision ?? asked.answer.decision };
  return compare(reader, connection, { ...asked, answer }, { ...verification, isRefused, says });
}

interface Reply {
  readonly request: string;
  readonly status: number;
  readonly isRefused: boolean;
  /** The answer of the cluster in words. */
  readonly says: string;
}

async function compare(
  reader: Reader,
  connection: Connection,
  { answer, caller }: Answered,
  { isRefused, ...reply }: Reply,
): Promise<Verification> {
  const expected = expectsRefusal(answer.decision);
  if (expected === undefined)
    return { result: "not-verified", reason: "osac has no answer to compare", ...reply };
  if (expected === isRefused) return { result: "agrees", ...reply };
  const roles = {
    osac: caller.roles.map(({ name }) => name).toSorted(),
    cluster: await readRoles(reader, connection),
  };
  return { result: "disagrees", ...reply, url: connection.url, roles };
}

/** The roles that the cluster maps to the caller: what differs here explains most other differences. */
async function readRoles(reader: Reader, connection: Connection): Promise<readonly string[] | undefined> {
  const { body } = await reader.readAside(securityPath(connection, "authinfo"));
  const roles = isRecord(body) ? getOwnField(body, "roles") : undefined;
  return Array.isArray(roles) ? roles.filter((role) => typeof role === "string").toSorted() : undefined;
}
