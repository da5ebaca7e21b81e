/** Host names of Amazon OpenSearch Service: of a domain, of a domain in China, and with dual stack. */
const domainHosts: readonly RegExp[] = [
  /\.([a-z0-9-]+)\.es\.amazonaws\.com(?:\.cn)?$/,
  /\.aos\.([a-z0-9-]+)\.on\.(?:aws|amazonwebservices\.com\.cn)$/,
];

/** The region in the name of a host; undefined if the name is not one of the service. */
export function findRegion(host: string): string | undefined {
  const name = host.replace(/:\d+$/, "").toLowerCase();
  return domainHosts.map((pattern) => pattern.exec(name)?.[1]).find((region) => region !== undefined);
}

/** True for OpenSearch Serverless, which has no Security plugin. */
export function isServerless(host: string): boolean {
  return /\.aoss\.amazonaws\.com(?:\.cn)?$/i.test(host.replace(/:\d+$/, ""));
}
