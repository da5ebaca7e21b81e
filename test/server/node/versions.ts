/** What differs between the servers that the tests run against. */
export interface ServerVersion {
  /** The Java releases it runs on, and the one it was made for. */
  readonly java: { readonly oldest: number; readonly newest: number; readonly best: number };
  /** The release of log4j that the server's POM names. */
  readonly log4j: string;
  /** The class of the module that speaks HTTP. */
  readonly transport: string;
  /** The profile of pom.xml with what the plugin's zip lacks. */
  readonly profile?: string;
}

export type NodeVersion = "2.11.1" | "2.19.4" | "3.4.0";

const netty2 = "org.opensearch.transport.Netty4Plugin";
const netty3 = "org.opensearch.transport.Netty4ModulePlugin";

/** The Security plugin's zip is published for few releases; these are the ones to choose from. */
export const serverVersions: Readonly<Record<NodeVersion, ServerVersion>> = {
  "2.11.1": { java: { oldest: 11, newest: 21, best: 17 }, log4j: "2.20.0", transport: netty2 },
  "2.19.4": { java: { oldest: 11, newest: 21, best: 17 }, log4j: "2.21.0", transport: netty2 },
  "3.4.0": {
    java: { oldest: 21, newest: 99, best: 25 },
    log4j: "2.21.0",
    transport: netty3,
    profile: "since-3.3",
  },
};
