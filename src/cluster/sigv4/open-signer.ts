import { setTimeout as sleep } from "node:timers/promises";
import { failure, type OsacError } from "../../errors.ts";
import type { Connection, RequestSigner } from "../../model/cluster.ts";
import { quoteServer } from "../explain-refusal.ts";
import type { AwsCredentials, CredentialSource, SigningScope } from "./signing.ts";

/**
 * Opens the signer of requests to Amazon OpenSearch Service. The packages of AWS are large: osac loads them
 * for the first request that is signed, and never in other runs.
 */
export function openSigner(
  { host, region, profile }: SigningScope & { readonly profile?: string | undefined },
  route: Pick<Connection, "proxy" | "timeoutMs">,
): RequestSigner {
  let source: CredentialSource | undefined;
  return {
    host,
    sign: async (request) => {
      const { openCredentials, signRequest } = await import("./signing.ts");
      const used = (source ??= openCredentials(route, profile));
      const credentials = await askWithin(route.timeoutMs, used).catch((error: unknown) => {
        throw noCredentialsError(error, profile);
      });
      const renew = (): void => {
        if (source === used) source = undefined;
      };
      return { ...(await signRequest(request, { region, host }, credentials)), renew };
    },
  };
}

/** A source may be a program or a service that never answers, or one that answers anything. */
async function askWithin(timeoutMs: number, ask: CredentialSource): Promise<AwsCredentials> {
  const stopped = new AbortController();
  const late = sleep(timeoutMs, undefined, { signal: stopped.signal }).then(() => {
    throw new Error(`no credentials within ${timeoutMs / 1000} s`);
  });
  try {
    return requireTexts(await Promise.race([ask(), late]));
  } finally {
    stopped.abort();
  }
}

function requireTexts(credentials: AwsCredentials): AwsCredentials {
  const {
    accessKeyId,
    secretAccessKey,
    sessionToken = "",
  }: Readonly<Record<string, unknown>> = {
    ...credentials,
  };
  const areTexts = [accessKeyId, secretAccessKey, sessionToken].every((value) => typeof value === "string");
  if (areTexts && accessKeyId !== "" && secretAccessKey !== "") return credentials;
  throw new Error("the answer has no access key");
}

function noCredentialsError(error: unknown, profile: string | undefined): OsacError {
  // The SDK adds lines of advice for programmers.
  const why = error instanceof Error ? quoteServer(error.message.split("\n", 1)[0]!) : "unknown reason";
  return failure("access", "no-aws-credentials", `no AWS credentials to sign with: ${why}`, {
    hint:
      profile === undefined
        ? "set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, or AWS_PROFILE; in a workflow, aws-actions/configure-aws-credentials sets them"
        : `correct the profile ${profile} in ~/.aws/config, or name another with --aws-profile; osac takes no other credentials in its place`,
    cause: error,
  });
}
