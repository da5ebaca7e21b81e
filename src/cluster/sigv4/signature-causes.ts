/** A reason for which the service refuses a signature. */
export interface SignatureCause {
  readonly says: RegExp;
  readonly what: string;
  readonly hint: string;
}

/** What the service says about a signature that it refuses. The first match counts. */
const causes: readonly SignatureCause[] = [
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

/** Finds the reason in the message of the service. */
export function findSignatureCause(message: string): SignatureCause | undefined {
  return causes.find(({ says }) => says.test(message));
}

/** True if the message says that the credentials have expired since they were read. */
export function saysSessionIsOver(message: string): boolean {
  return causes[0]!.says.test(message);
}
