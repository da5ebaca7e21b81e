import type { CertificateLayer, ClusterInfo } from "../model/cluster.ts";
import type { Finding } from "../model/finding.ts";
import { documentVersion } from "./json-text.ts";
import { clusterDocument, type PlanDocument } from "./plan-json.ts";
import type { DatedCertificate } from "./certificate-expiry.ts";

/** What a direct command did, beside what all of them tell. */
export type DirectAction =
  | { readonly command: "cache flush"; readonly user: string | null }
  | {
      readonly command: "certificates reload";
      readonly layer: CertificateLayer;
      /** Those of the layer, as a new connection finds them afterwards. */
      readonly certificates: readonly DatedCertificate[];
    }
  | { readonly command: "account password"; readonly user: string };

/** What a direct command prints with `--output json`; its schema is `schemas/direct.schema.json`. */
export type DirectDocument = DirectAction &
  Pick<PlanDocument, "version" | "exitCode" | "cluster" | "findings" | "requests">;

/** What was done, as a document. */
export function directDocument(
  { command, ...action }: DirectAction,
  cluster: ClusterInfo,
  findings: readonly Finding[],
  requests: Readonly<Record<string, number>>,
): DirectDocument {
  const head = { version: documentVersion, command, exitCode: 0, cluster: clusterDocument(cluster) };
  return { ...head, ...action, findings, requests } as DirectDocument;
}
