import { readCertificatesInUse, reloadCertificates } from "../cluster/maintenance/reload-certificates.ts";
import type { Settings } from "../settings/settings.ts";
import type { CertificateLayer } from "../model/cluster.ts";
import { certificatesText } from "../report/status-text.ts";
import { datedCertificates } from "../report/certificate-expiry.ts";
import { runDirect } from "./run-maintenance.ts";
import type { Ended } from "./index.ts";
import type { Io } from "./io.ts";

/** Makes the node that responds load its renewed certificates. */
export async function run(settings: Settings, io: Io): Promise<Ended> {
  const layer = settings.words[0] as CertificateLayer;
  return runDirect(settings, io, ({ operator, connection, name }) => ({
    question: `Reload the ${layer} certificates of the node at ${connection.url}?`,
    execute: async () => {
      await reloadCertificates(operator, layer);
      const inUse = await readCertificatesInUse(connection, layer);
      const certificates = datedCertificates({ certificates: inUse }, new Date());
      return {
        action: { command: "certificates reload", layer, certificates },
        text: (theme) =>
          `Reloaded: the ${layer} certificates of the node of ${name} that answered; run this for each other node, with its url\n` +
          certificatesText(certificates, "", settings.certDays, theme),
      };
    },
  }));
}
