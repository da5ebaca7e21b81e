import { serviceNames, type ServiceName } from "../../model/service-name.ts";
import { aiven } from "./aiven.ts";
import { amazon } from "./amazon.ts";
import { digitalocean } from "./digitalocean.ts";
import { instaclustr } from "./instaclustr.ts";
import type { Service } from "./service.ts";

export type { Service } from "./service.ts";

/** Every managed service that osac knows. */
export const services: Readonly<Record<ServiceName, Service>> = { amazon, aiven, digitalocean, instaclustr };

/** Finds the service by the name of a host; undefined if the name shows none. */
export function findService(host: string): ServiceName | undefined {
  return serviceNames.find((name) => services[name].hosts?.test(host));
}
