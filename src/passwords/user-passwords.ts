import { makeFinding } from "../errors.ts";
import { kinds } from "../kinds/index.ts";
import { foldPassword } from "../kinds/fold-password.ts";
import { escapePointer } from "../value/path.ts";
import type { Change, PatchRequest } from "../model/change.ts";
import type { Directory, LiveState } from "../model/entity.ts";
import type { Finding } from "../model/finding.ts";
import type { KindName } from "../model/kind-name.ts";
import type { Body, Operation } from "../model/value.ts";
import { Secret } from "../secrets/secret.ts";
import { hashPasswords, requireCost, type HashChoice } from "./hash.ts";
import { makeLockedLogin } from "./locked-login.ts";
import { matchingPasswords } from "./match-hash.ts";
import { detectAlgorithm } from "./stored-hash.ts";

/** A user of the cluster whose declared password is in plain text, that is, a placeholder. */
export interface DeclaredLogin {
  readonly kind: KindName;
  readonly name: string;
  readonly password: Secret;
  /** The stored hash, if the caller can see it. */
  readonly stored: Secret | undefined;
  /** True for a built-in user. */
  readonly isBuiltIn: boolean;
}

/** Finds the users of the cluster whose declared passwords osac can verify. */
export function findDeclaredLogins(directory: Directory, live: LiveState): DeclaredLogin[] {
  return [...directory.kinds].flatMap(([kind, declared]) => {
    const { login } = kinds[kind];
    const answer = live.get(kind);
    if (!login || !answer?.readable) return [];
    return [...declared.values()].flatMap(({ name, body }) => {
      const password = foldPassword(kinds[kind], body)[login.hash];
      const entity = answer.entities.get(name);
      if (!entity || !isKnown(password) || !password.isPassword) return [];
      const hash = entity.body[login.hash];
      const stored = isKnown(hash) ? hash : undefined;
      return [{ kind, name, password, stored, isBuiltIn: entity.builtIn !== undefined }];
    });
  });
}

/** Finds the names of users whose declared password matches the stored hash, if the caller can see that. */
export async function findFittingLogins(logins: readonly DeclaredLogin[]): Promise<ReadonlySet<string>> {
  const pairs = logins.flatMap(({ name, password, stored }) =>
    stored ? [{ name, password, hash: stored.reveal() }] : [],
  );
  const matches = await matchingPasswords(pairs);
  return new Set(pairs.flatMap(({ name }, index) => (matches[index] ? [name] : [])));
}

/**
 * Returns the requests with a hash in the place of each password. A new service account gets the hash of a
 * random password, as the server makes one at a PUT: nothing could change a user without a hash later.
 */
export async function hashRequests(
  requests: readonly PatchRequest[],
  choice: HashChoice,
): Promise<PatchRequest[]> {
  const logins = new Map(
    requests
      .flatMap(({ changes }) => changes)
      .flatMap((change) => {
        const password = findPassword(change) ?? serversLogin(change);
        return password ? [[change, password] as const] : [];
      }),
  );
  const hashes = await hashPasswords([...logins.values()], choice);
  const hashOf = new Map([...logins.keys()].map((change, index) => [change, hashes[index]!]));
  return requests.map((request) => ({
    ...request,
    changes: request.changes.map((change) => withHash(change, hashOf.get(change))),
    operations: request.operations.map((operations, index) =>
      operations.map((operation) => hashOperation(operation, request.changes[index]!, hashOf)),
    ),
  }));
}

/**
 * Reports hashes of another algorithm: a cluster reads the hashes of only one, so the user would be locked
 * out. The admin certificate sees that algorithm in the stored hashes. Any other caller gets a warning for
 * every algorithm that is not the default.
 */
export function algorithmFindings(
  changes: readonly Change[],
  live: LiveState,
  choice: HashChoice,
): Finding[] {
  const sending = changes.find((change) => findPassword(change));
  if (!sending) return [];
  requireCost(choice);
  const { algorithm } = choice;
  const stored = findStoredAlgorithms(sending.kind, live);
  if (stored.has(algorithm) || (stored.size === 0 && algorithm === "bcrypt")) return [];
  const isTold = stored.size > 0;
  const message = isTold
    ? `passwords would be hashed with ${algorithm}, and every stored hash is of ${[...stored].join(" or ")}`
    : `passwords would be hashed with ${algorithm}, and it cannot be seen whether the cluster reads that`;
  const hint = "set --password-algorithm to plugins.security.password.hashing.algorithm of opensearch.yml";
  return [
    makeFinding("other-algorithm", {
      severity: isTold ? "error" : "warning",
      message,
      hint,
      kind: sending.kind,
    }),
  ];
}

function findStoredAlgorithms(kind: KindName, live: LiveState): ReadonlySet<string> {
  const { login } = kinds[kind];
  const answer = live.get(kind);
  if (!login || !answer?.readable) return new Set();
  const hashes = [...answer.entities.values()].map(({ body }) => body[login.hash]).filter(isKnown);
  return new Set(hashes.flatMap((hash) => detectAlgorithm(hash.reveal())?.algorithm ?? []));
}

function findPassword(change: Change): Secret | undefined {
  const { login } = kinds[change.kind];
  const secret = login && change.action !== "delete" ? change.after[login.hash] : undefined;
  return secret instanceof Secret && secret.isPassword ? secret : undefined;
}

function serversLogin(change: Change): Secret | undefined {
  const { login } = kinds[change.kind];
  if (!login || change.action !== "create" || change.after[login.hash] !== undefined) return undefined;
  return login.isMadeByServer(change.after) ? makeLockedLogin() : undefined;
}

function withHash(change: Change, hash: Secret | undefined): Change {
  if (hash === undefined || change.action === "delete") return change;
  return { ...change, after: { ...change.after, [kinds[change.kind].login!.hash]: hash } };
}

/** Hashes the password of an operation, which adds the field, or a whole new entity with it. */
function hashOperation(operation: Operation, change: Change, hashes: ReadonlyMap<Change, Secret>): Operation {
  const hash = hashes.get(change);
  if (hash === undefined || operation.op === "remove") return operation;
  const field = kinds[change.kind].login!.hash;
  const path = `/${escapePointer(change.name)}`;
  if (operation.path === `${path}/${field}`) return { ...operation, value: hash };
  return operation.path === path
    ? { ...operation, value: { ...(operation.value as Body), [field]: hash } }
    : operation;
}

function isKnown(value: unknown): value is Secret {
  return value instanceof Secret && value.isKnown;
}
