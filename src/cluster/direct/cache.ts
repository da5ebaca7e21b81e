import { failure, type OsacError } from "../../errors.ts";
import { compareVersions, parseVersion } from "../../kinds/version.ts";
import type { ClusterInfo, Operator } from "../../model.ts";
import { explained, isDone } from "./direct.ts";

/** The first version that can forget a single user. */
const usersSince = "3.1";

/** Refuses a flush that the server cannot do, as far as its version tells. */
export function requireFlush({ version, isVersionGuessed }: ClusterInfo, user: string | undefined): void {
  if (user === undefined || isVersionGuessed) return;
  if (compareVersions(version, parseVersion(usersSince)) < 0)
    throw cannotForgetOne(`OpenSearch ${version.major}.${version.minor}`);
}

/** Has every node forget who logged in: everybody, or one user. */
export async function flushCache(operator: Operator, user: string | undefined): Promise<void> {
  const answer = await operator.flushCache(user);
  if (isDone(answer)) return;
  if (user !== undefined && answer.status === 400 && /no handler/i.test(answer.text))
    throw cannotForgetOne("this server");
  throw explained(answer, []);
}

function cannotForgetOne(server: string): OsacError {
  return failure(
    "access",
    "unsupported-server",
    `${server} cannot forget a single user; nothing was changed`,
    { hint: `it takes OpenSearch ${usersSince}; without --user every user is forgotten` },
  );
}
