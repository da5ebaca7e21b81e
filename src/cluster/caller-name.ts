import { isFields } from "../kinds/canonical.ts";
import type { ClusterInfo, Connection, Reader } from "../model.ts";

/** As whom the cluster takes the caller: the certificate's DN, else the name that it logs in under. */
export async function callerName(
  reader: Reader,
  { apiPrefix }: Connection,
  { adminDn, user }: ClusterInfo,
): Promise<string | undefined> {
  if (adminDn !== undefined) return adminDn;
  const { body } = await reader.read(`/${apiPrefix}/authinfo`);
  const name = isFields(body) ? body["user_name"] : undefined;
  return typeof name === "string" ? name : user;
}
