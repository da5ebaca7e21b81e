import type { CertificateLayer, ClusterInfo } from "../model/cluster.ts";
import type { Finding } from "../model/finding.ts";
import { documentVersion } from "./json-text.ts";
import { clusterDocument, type PlanDocument } from "./plan-json.ts";
import type { DatedCertificate } from "./certificate-expiry.ts";

/** The action of a direct command, beside the fields that all of them share. */
export type DirectAction =
  | { readonly command: "cache flush"; readonly user: string | null }
  | {
      readonly command: "certificates reload";
      readonly layer: CertificateLayer;
      /** The certificates of the layer, as a new connection finds them afterwards. */
      readonly certificates: readonly DatedCertificate[];
    }
  | { readonly command: "account password"; readonly user: string };

/** The JSON document of a direct command; its schema is `schemas/direct.schema.json`. */
export type DirectDocument = DirectAction &
  Pick<PlanDocument, "version" | "exitCode" | "cluster" | "findings" | "requests">;

/** Makes the document of a direct command. */
export function directDocument(
  { command, ...action }: DirectAction,
  cluster: ClusterInfo,
  findings: readonly Finding[],
  requests: Readonly<Record<string, number>>,
): DirectDocument {
  const head = { version: documentVersion, command, exitCode: 0, cluster: clusterDocument(cluster) };
  return { ...head, ...action, findings, requests } as DirectDocument;
}
