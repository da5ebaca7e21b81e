import { failure, type OsacError } from "../../errors.ts";
import type { RequestSigner } from "../../model/cluster.ts";
import { quoteServer } from "../explain-refusal.ts";
import type { CredentialSource } from "./signing.ts";

/** What a signature is for. */
export interface SignerOptions {
  /** The host of the signature, with its port if that is not 443. */
  readonly host: string;
  readonly region: string;
}

/**
 * Opens the signer of requests to Amazon OpenSearch Service. The packages of AWS are large: osac loads them
 * for the first request that is signed, and never in other runs.
 */
export function openSigner({ host, region }: SignerOptions): RequestSigner {
  let source: CredentialSource | undefined;
  return {
    host,
    sign: async (request) => {
      const { openCredentials, signRequest } = await import("./signing.ts");
      const used = (source ??= openCredentials());
      const credentials = await used().catch((error: unknown) => {
        throw noCredentialsError(error);
      });
      const renew = (): void => {
        if (source === used) source = undefined;
      };
      return { ...(await signRequest(request, { region, host }, credentials)), renew };
    },
  };
}

function noCredentialsError(error: unknown): OsacError {
  const why = error instanceof Error ? quoteServer(error.message) : "unknown reason";
  return failure("access", "no-aws-credentials", `no AWS credentials to sign with: ${why}`, {
    hint: "set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, or AWS_PROFILE; in a workflow, aws-actions/configure-aws-credentials sets them",
    cause: error,
  });
}
