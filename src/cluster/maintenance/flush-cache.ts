import { failure, type OsacError } from "../../errors.ts";
import { isSince } from "../../value/version.ts";
import type { ClusterInfo, Operator } from "../../model/cluster.ts";
import { explainAnswer, isDone } from "./explain-answer.ts";

/** The first version that can flush a single user. */
const usersSince = "3.1";

/** Refuses a flush that the server's version does not support, if the version is known. */
export function requireFlush({ version, isVersionGuessed }: ClusterInfo, user: string | undefined): void {
  if (user === undefined || isVersionGuessed) return;
  if (!isSince(version, usersSince))
    throw cannotForgetOneError(`OpenSearch ${version.major}.${version.minor}`);
}

/** Makes every node remove all users, or one user, from its login cache. */
export async function flushCache(operator: Operator, user: string | undefined): Promise<void> {
  const answer = await operator.flushCache(user);
  if (isDone(answer)) return;
  if (user !== undefined && answer.status === 400 && /no handler/i.test(answer.text))
    throw cannotForgetOneError("this server");
  throw explainAnswer(answer, []);
}

function cannotForgetOneError(server: string): OsacError {
  return failure(
    "access",
    "unsupported-server",
    `${server} cannot forget a single user; nothing was changed`,
    { hint: `it takes OpenSearch ${usersSince}; without --user every user is forgotten` },
  );
}
