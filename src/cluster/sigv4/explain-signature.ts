import { failure } from "../../errors.ts";
import { isRecord } from "../../value/record.ts";
import type { Answer, RequestSigner } from "../../model/cluster.ts";
import { quoteServer } from "../explain-refusal.ts";

interface Cause {
  readonly says: RegExp;
  readonly what: string;
  readonly hint: string;
}

/** What the service says about a signature that it refuses. The first match counts. */
const causes: readonly Cause[] = [
  {
    says: /security token included in the request is expired/i,
    what: "the session of the AWS credentials is over",
    hint: "get new ones: run aws sso login, or configure-aws-credentials again with a longer role-duration-seconds",
  },
  {
    says: /security token included in the request is invalid|UnrecognizedClientException/i,
    what: "the service does not know the AWS credentials",
    hint: "check the access key, and that AWS_SESSION_TOKEN belongs to it; keys of China and of other partitions work only there",
  },
  {
    says: /Signature expired|Signature not yet current/i,
    what: "the clock of this machine is more than five minutes wrong",
    hint: "set the clock; the signature has the time of this machine",
  },
  {
    says: /Credential should be scoped to/i,
    what: "the signature is for another region or service",
    hint: "pass the region of the domain with --aws-region",
  },
  {
    says: /signature we calculated does not match/i,
    what: "the service computes another signature",
    hint: "check the secret access key; a proxy that changes host, path or body breaks the signature",
  },
];

/** True if the credentials have expired since they were read. */
export function isSessionOver(answer: Answer): boolean {
  return answer.status === 403 && causes[0]!.says.test(readMessage(answer));
}

/** Throws if the service refuses the signature. Every other request would meet the same. */
export function refuseSignature(answer: Answer, canonical: string, { host }: RequestSigner): void {
  if (answer.status !== 403) return;
  const said = readMessage(answer);
  const cause = causes.find(({ says }) => says.test(said));
  if (!cause) return;
  const theirs = /Canonical String for this request should have been\s*'([^']*)'/.exec(said)?.[1];
  const differs = theirs === undefined ? "" : describeDifference(canonical, theirs);
  const times = /Signature (?:expired|not yet current)[^']*/.exec(said)?.[0];
  const message = `${host} refuses the signature: ${cause.what}${times ? ` (${quoteServer(times)})` : ""}${differs}`;
  throw failure("access", "signature-refused", message, { hint: cause.hint });
}

/** The message, in either spelling of the service. */
function readMessage({ body }: Answer): string {
  if (!isRecord(body)) return "";
  const said = body["message"] ?? body["Message"];
  return typeof said === "string" ? said : "";
}

/** The lines in which two canonical requests differ. The session token is a secret, and stays out. */
function describeDifference(ours: string, theirs: string): string {
  const [own, other] = [ours, theirs].map((text) => text.replaceAll("\r", "").split("\n"));
  const lines = Array.from({ length: Math.max(own!.length, other!.length) }, (_, index) => [
    own![index] ?? "nothing",
    other![index] ?? "nothing",
  ]);
  const different = lines.filter(([mine, their]) => mine !== their);
  if (different.length === 0) return "; both sign the same request, so the secret access key differs";
  return different
    .map(([mine, their]) => `; osac signed ${showLine(mine!)}, the service expects ${showLine(their!)}`)
    .join("");
}

function showLine(line: string): string {
  return /^x-amz-security-token:/i.test(line) ? "another session token" : JSON.stringify(quoteServer(line));
}
