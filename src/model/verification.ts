/** The answers of the cluster, asked as the subject of a question. */
export interface Verification {
  readonly result: "agrees" | "disagrees" | "not-verified";
  /** The reason why it is not verified. */
  readonly reason?: string | undefined;
  /** The request and its status; absent if osac sent none. */
  readonly request?: string | undefined;
  readonly status?: number | undefined;
  /** The answer of the cluster in words. */
  readonly says?: string | undefined;
  /** The address of the cluster, to repeat the request. Only for a disagreement. */
  readonly url?: string | undefined;
  /** The roles of the subject according to both, if they disagree. */
  readonly roles?:
    | { readonly osac: readonly string[]; readonly cluster: readonly string[] | undefined }
    | undefined;
}

/** A question about a line of a list, and what the cluster answered. */
export interface ListVerification {
  readonly operation: string;
  readonly target: string;
  readonly verification: Verification;
}
