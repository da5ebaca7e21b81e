import type { Answer, RequestSigner, RequestToSign, SignedRequest } from "../../model/cluster.ts";
import { failure } from "../../errors.ts";
import { isRecord } from "../../value/record.ts";
import { quoteServer } from "../explain-refusal.ts";
import { findSignatureCause, saysSessionIsOver } from "./signature-causes.ts";

/**
 * Sends a signed request. If the service says that the session is over, osac reads the credentials again and
 * signs once more: the service has not let the first request through.
 */
export async function sendSigned(
  signer: RequestSigner,
  request: RequestToSign,
  send: (headers: Readonly<Record<string, string>>) => Promise<Answer>,
): Promise<Answer> {
  const signed = await signer.sign(request);
  const answer = await send(signed.headers);
  if (!isSessionOver(answer)) return requireSignature(answer, signed, signer, request);
  signed.renew();
  const again = await signer.sign(request);
  return requireSignature(await send(again.headers), again, signer, request);
}

/** The answer to a write says that nothing was written. An error would leave that open. */
function requireSignature(
  answer: Answer,
  { canonical }: SignedRequest,
  signer: RequestSigner,
  { method }: RequestToSign,
): Answer {
  if (method === "GET") refuseSignature(answer, canonical, signer);
  return answer;
}

/** The most lines of a difference: a canonical request of osac has nine. */
const linesMax = 9;

/** True if the credentials have expired since they were read. */
export function isSessionOver(answer: Answer): boolean {
  return answer.status === 403 && saysSessionIsOver(readMessage(answer));
}

/** Throws if the service refuses the signature. Every other request would meet the same. */
export function refuseSignature(answer: Answer, canonical: string, { host }: RequestSigner): void {
  if (answer.status !== 403) return;
  const said = readMessage(answer);
  const cause = findSignatureCause(said);
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
    .slice(0, linesMax)
    .map(([mine, their]) => `; osac signed ${showLine(mine!)}, the service expects ${showLine(their!)}`)
    .join("");
}

function showLine(line: string): string {
  return /^x-amz-security-token:/i.test(line) ? "another session token" : JSON.stringify(quoteServer(line));
}
