import { certificatesInUse, reloadCertificates } from "../cluster/direct/reload-certificates.ts";
import type { Settings } from "../config/settings/settings.ts";
import type { ExitReason } from "../errors.ts";
import type { CertificateLayer } from "../model.ts";
import { certificatesText } from "../report/status-text.ts";
import { datedCertificates } from "../report/status.ts";
import { runDirect } from "./direct.ts";
import type { Io } from "./io.ts";

/** Has the node that answers load its renewed certificates. */
export async function run(settings: Settings, io: Io): Promise<ExitReason> {
  const layer = settings.argument as CertificateLayer;
  return runDirect(settings, io, ({ operator, connection, name }) => ({
    question: `Have the node at ${connection.url} reload its ${layer} certificates?`,
    carryOut: async () => {
      await reloadCertificates(operator, layer);
      const inUse = await certificatesInUse(connection, layer);
      const certificates = datedCertificates({ certificates: inUse }, new Date());
      return {
        deed: { command: "certificates reload", layer, certificates },
        text: (look) =>
          `Reloaded: the ${layer} certificates of the node of ${name} that answered; each other node has to be asked itself\n` +
          certificatesText(certificates, "", settings.certDays, look),
      };
    },
  }));
}
