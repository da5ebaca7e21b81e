import type { Caller } from "../cluster/caller.ts";
import type { Probe } from "../cluster/status/probe-reload.ts";
import type { Health, KindAccess, Status } from "../cluster/status/status.ts";
import type { Finding } from "../model/finding.ts";
import type { ServiceName } from "../model/service-name.ts";
import { documentVersion } from "./json-text.ts";
import { clusterDocument, type PlanDocument } from "./plan-json.ts";
import type { DatedCertificate } from "./certificate-expiry.ts";

/** The JSON document of `osac status`; its schema is `schemas/status.schema.json`. */
export interface StatusDocument {
  readonly version: number;
  readonly command: "status";
  readonly exitCode: number;
  readonly cluster: Partial<PlanDocument["cluster"]> & { readonly url: string; readonly reachable: boolean };
  /** The managed service that runs the cluster; null if none is known. */
  readonly service: ServiceName | null;
  /** Null if the cluster cannot be reached or does not know the caller. */
  readonly caller: Caller | null;
  readonly health: Health;
  /**
   * The result of `--probe-reload`: the nodes can load the stored configuration, or not; null without the
   * flag.
   */
  readonly reload: "loaded" | "failed" | null;
  readonly kinds: readonly KindAccess[];
  readonly certificates: readonly DatedCertificate[];
  /** `cluster`: all certificates; `connection`: only the certificates of the TLS connection. */
  readonly certificatesFrom: "cluster" | "connection";
  readonly findings: readonly Finding[];
}

/** Makes the document of a status. */
export function statusDocument(
  status: Status,
  { reload }: Probe,
  run: Pick<StatusDocument, "exitCode" | "certificates" | "findings">,
): StatusDocument {
  const { url, isReachable: reachable, cluster, service, caller, health, kinds, areAllCertificates } = status;
  return {
    version: documentVersion,
    command: "status",
    exitCode: run.exitCode,
    cluster: { url, reachable, ...(cluster && clusterDocument(cluster)) },
    service: service ?? null,
    caller: caller ?? null,
    health,
    reload: reload ?? null,
    kinds,
    certificates: run.certificates,
    certificatesFrom: areAllCertificates ? "cluster" : "connection",
    findings: run.findings,
  };
}
