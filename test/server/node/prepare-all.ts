import { findJdk, missingForNode } from "./java.ts";
import { prepareNode } from "./prepare.ts";
import { type NodeVersion, serverVersions } from "./versions.ts";

/** Fetches every server that can run here, before any test and one after the other: Maven's cache likes no crowd. */
export async function setup(): Promise<void> {
  for (const version of Object.keys(serverVersions) as NodeVersion[]) {
    const jdk = findJdk(version);
    if (jdk && !missingForNode(version)) await prepareNode(version, jdk);
  }
}
