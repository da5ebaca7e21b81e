import { findService, services } from "../kinds/services/index.ts";
import type { ServiceName } from "../model/service-name.ts";
import type { Settings } from "../settings/settings.ts";

/** Finds the managed service by the settings or by the name of the host. Only Amazon reads signatures. */
export function readService({ service, url, awsHost, auth }: Settings): ServiceName | undefined {
  return service ?? findService(awsHost ?? new URL(url).hostname) ?? (auth && "amazon");
}

/** Reads the roles that open the REST API: those of the settings, or those that the managed service gives it. */
export function readRestApiRoles(settings: Settings): readonly string[] | undefined {
  const service = readService(settings);
  return settings.restApiRoles ?? (service && services[service].restApiRoles);
}
