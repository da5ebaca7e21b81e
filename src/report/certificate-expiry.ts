import { makeFinding } from "../errors.ts";
import type { CertificateInfo } from "../cluster/status/certificates.ts";
import type { Status } from "../cluster/status/status.ts";
import type { Finding } from "../model/finding.ts";

const dayMs = 24 * 60 * 60 * 1000;

/** A certificate with the days until it expires. */
export interface DatedCertificate extends CertificateInfo {
  /** Whole days left; negative once it has expired. */
  readonly days: number;
}

/** Adds the days left to each certificate; the certificates that expire first come first. */
export function datedCertificates(
  { certificates }: Pick<Status, "certificates">,
  now: Date,
): DatedCertificate[] {
  return certificates
    .map((certificate) => ({
      ...certificate,
      days: Math.floor((Date.parse(certificate.notAfter) - now.getTime()) / dayMs),
    }))
    .toSorted((a, b) => a.days - b.days);
}

/** Returns findings for certificates that expired, or have less than `daysMin` days left. */
export function expiryFindings(certificates: readonly DatedCertificate[], daysMin: number): Finding[] {
  return certificates
    .filter(({ days }) => days < daysMin)
    .map(({ subject, notAfter, days }) =>
      makeFinding(days < 0 ? "certificate-expired" : "certificate-expiring", {
        severity: days < 0 ? "error" : "warning",
        message: `the certificate ${subject} ${days < 0 ? "expired" : `expires in ${days} ${days === 1 ? "day" : "days"},`} on ${notAfter.slice(0, 10)}`,
        hint: "renew it; each node can load new ones without a restart: osac certificates reload",
      }),
    );
}
