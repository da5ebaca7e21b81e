import { isRecord } from "../value/record.ts";
import { readTexts, type Documents } from "./documents.ts";
import { valueAtPath } from "../value/path.ts";

/** A request by its method and its path, as the allowlist lists them. */
export interface ListedRequest {
  readonly method: string;
  readonly path: string;
}

/** Finds requests that an enabled allowlist refuses to all callers but the admin certificate. */
export function findNotAllowlisted(
  documents: Documents,
  requests: readonly ListedRequest[],
): ListedRequest[] {
  const allowlist = documents.get("allowlist")?.get("config");
  if (allowlist?.["enabled"] !== true) return [];
  const listed = valueAtPath(allowlist, ["requests"]);
  if (!isRecord(listed)) return [...requests];
  return requests.filter(
    ({ method, path }) =>
      ![path, `${path}/`].some((one) => readTexts(listed, one).some(({ value }) => value === method)),
  );
}
