import type { FindingCode } from "../../codes.ts";
import { failure, type OsacError } from "../../errors.ts";
import type { ExitReason } from "../../exit-codes.ts";
import { isRecord } from "../../value/record.ts";
import { asRecord } from "../as-record.ts";
import type { Answer } from "../../model/cluster.ts";
import { isFromEdge } from "../recognize-plugin.ts";
import { edgeHint, quoteServer, saidByEdge, serverMessage } from "../explain-refusal.ts";

/** The meaning of an answer to a maintenance command. */
export interface Explanation {
  readonly status: number;
  readonly says: RegExp;
  readonly code: FindingCode;
  readonly message: string;
  readonly hint: string;
  /** `access` if absent. */
  readonly reason?: ExitReason;
}

/** Answers of all endpoints to a caller without access. */
const common: readonly Explanation[] = [
  {
    status: 403,
    says: /not allowlisted/i,
    code: "not-allowed",
    message: "the allowlist of the cluster does not have this path",
    hint: "add it to allowlist.yml, with the admin certificate",
  },
  {
    status: 403,
    says: /No permission to access REST API/i,
    code: "not-allowed",
    message: "the caller has no access to this part of the REST API",
    hint: "give the caller a role that plugins.security.restapi.roles_enabled lists, and that plugins.security.restapi.endpoints_disabled does not restrict",
  },
];

/** True if the plugin executed the command. A page of a proxy may have the status 200, too. */
export function isDone({ status, body }: Answer): boolean {
  return status === 200 && isRecord(body);
}

/** The error for any other answer: the first explanation that matches, else the message of the server. */
export function explainAnswer(
  answer: Answer,
  own: readonly Explanation[],
  otherwise = "nothing was changed",
): OsacError {
  const found = [...own, ...common].find(
    ({ status, says }) => status === answer.status && says.test(answer.text),
  );
  if (found) return toFailure(found);
  if (isFromEdge(answer)) return refusedByEdge(answer, otherwise);
  const isDenied = [401, 403, 405].includes(answer.status);
  if (answer.status === 200) return foreignAnswerError(answer);
  const message = `the server answered ${answer.status}: ${readCause(answer)}; ${otherwise}`;
  return failure(isDenied ? "access" : "partial", isDenied ? "not-allowed" : "rejected", message);
}

function refusedByEdge(answer: Answer, otherwise: string): OsacError {
  const message = `something before the server refuses it, and not the Security plugin: ${answer.status} ${saidByEdge(answer)}; ${otherwise}`;
  return failure("access", "refused-before-cluster", message, { hint: edgeHint(answer) });
}

function foreignAnswerError(answer: Answer): OsacError {
  const message = `the server answered 200: ${serverMessage(answer)}; this is not an answer of the plugin`;
  return failure("partial", "rejected", message, {
    hint: "check the proxy or load balancer in between",
  });
}

export function toFailure({ reason = "access", code, message, hint }: Explanation): OsacError {
  return failure(reason, code, `${message}; nothing was changed`, { hint });
}

/** The reason of an exception with its cause. The cause may have the details, or only repeat the reason. */
function readCause(answer: Answer): string {
  const error = asRecord(asRecord(answer.body)["error"]);
  const [upper, lower] = [error, asRecord(error["caused_by"])].map(({ reason }) => reason);
  if (typeof upper !== "string" || typeof lower !== "string") return serverMessage(answer);
  return quoteServer(upper.includes(lower) ? lower : `${upper}: ${lower}`);
}
