import type { Answer, RequestSigner, RequestToSign, SignedRequest } from "../../model/cluster.ts";
import { isSessionOver, refuseSignature } from "./explain-signature.ts";

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
