import { openWriter } from "../../src/cluster/client.ts";
import type { Applied } from "../../src/apply/apply-requests.ts";
import type { Connection } from "../../src/model/cluster.ts";
import type { Directory } from "../../src/model/entity.ts";
import { apply, prepare, type ApplyOptions } from "../../src/engine/apply-plan.ts";
import { plan, type Reconciliation } from "../../src/engine/plan.ts";
import { load } from "../../src/engine/read-files.ts";
import type { Task } from "../../src/engine/task.ts";
import { Secret } from "../../src/secrets/secret.ts";
import { folder } from "./folder.ts";

/** A server with its demo administrator. */
interface Server {
  readonly url: string;
  readonly caCert: string;
}

/** The connection to a server as its administrator. */
function connectionTo({ url, caCert }: Server, given: Partial<Connection> = {}): Connection {
  return {
    url,
    caCert,
    username: "admin",
    password: new Secret("admin"),
    insecure: false,
    timeoutMs: 10_000,
    apiPrefix: "_plugins/_security",
    proxy: {},
    ...given,
  };
}

const choice = { forced: new Set<string>(), areAllForced: false, secretPaths: [] };
const hashing = { algorithm: "bcrypt", cost: 4 } as const;

/** A run without pruning and other choices. */
function makeTask(directory: Directory, more: Partial<Task["choice"]> = {}): Task {
  return {
    directory,
    choice: { prune: {}, ignore: [], ...choice, ...more },
    history: { directory: directory.path, paths: [] },
    hashing,
    isStrict: false,
  };
}

/**
 * Plans `files` and applies the plan with options that the command line does not have. `between` runs after
 * the plan.
 */
export async function applyFiles(
  server: Server,
  files: Readonly<Record<string, string>>,
  options: Partial<ApplyOptions> = {},
  between: (planned: Reconciliation) => unknown = () => {},
): Promise<Applied> {
  return applyDirectory(server, await load(await folder(files), {}), options, between);
}

/** Plans and applies a directory that no check has read. */
export async function applyDirectory(
  server: Server,
  directory: Directory,
  options: Partial<ApplyOptions> = {},
  between: (planned: Reconciliation) => unknown = () => {},
): Promise<Applied> {
  const connection = connectionTo(server);
  const task = makeTask(directory);
  const writer = openWriter(connection);
  try {
    const planned = await plan(writer, connection, task);
    await between(planned);
    return await apply(writer, connection, await prepare(planned, hashing), { ...quiet, ...options });
  } finally {
    await writer.close();
  }
}

/** Options of a run without callbacks and interruption. */
const quiet: ApplyOptions = {
  signal: new AbortController().signal,
  onRequest: () => {},
};
