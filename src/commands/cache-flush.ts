import { flushCache, requireFlush } from "../cluster/maintenance/flush-cache.ts";
import type { Settings } from "../settings/settings.ts";
import { formatItem } from "../report/printable.ts";
import { runDirect } from "./run-maintenance.ts";
import type { Ended } from "./index.ts";
import type { Io } from "./io.ts";

/** Flushes the authentication cache of all nodes, for all users or one user. */
export async function run(settings: Settings, io: Io): Promise<Ended> {
  const { user } = settings;
  return runDirect(settings, io, ({ operator, cluster, name }) => {
    requireFlush(cluster, user);
    const who = user === undefined ? "all users" : `user ${formatItem(user)}`;
    return {
      question: `Flush the authentication cache of ${name} for ${who}?`,
      execute: async () => {
        await flushCache(operator, user);
        return {
          action: { command: "cache flush", user: user ?? null },
          text: () => `Flushed: ${name} authenticates ${who} again\n`,
        };
      },
    };
  });
}
