/** The managed services that osac knows by name. */
export const serviceNames = ["amazon", "aiven", "digitalocean", "instaclustr"] as const;

export type ServiceName = (typeof serviceNames)[number];
