import { isRecord } from "../value/record.ts";
import { readTexts, type Documents } from "./documents.ts";
import { valueAtPath } from "../value/path.ts";

/** A request as the allowlist knows it. */
export interface ListedRequest {
  readonly method: string;
  readonly path: string;
}

/** Those of the requests that an enabled allowlist refuses to everybody but the admin certificate. */
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
