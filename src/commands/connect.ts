import { readConnection } from "../settings/read-connection.ts";
import type { Settings } from "../settings/settings.ts";
import { connectionFindings } from "../settings/pinned-settings.ts";
import { OsacError } from "../errors.ts";
import type { Connection } from "../model/cluster.ts";
import { findingsText, toErrors } from "../report/findings-text.ts";
import { printable } from "../report/printable.ts";
import { makeTheme } from "../report/theme.ts";
import type { Io } from "./io.ts";

/** Reads the connection to the cluster; warns if it is unsafe, and prints each request with `--debug`. */
export async function connect(settings: Settings, io: Io): Promise<Connection> {
  const { freshToken } = io;
  const findings = connectionFindings(settings);
  if (settings.strict && findings.length > 0) throw new OsacError("input", toErrors(findings));
  announceCluster(settings, io);
  (io.foreword ?? io.stderr).write(findingsText(findings, makeTheme(io.stderr, io.env)));
  const connection = { ...(await readConnection(settings, io.stdin, io.env)), freshToken };
  if (!settings.debug) return connection;
  return { ...connection, trace: (line) => io.stderr.write(`debug: ${printable(line)}\n`) };
}

/** Prints the cluster before the login is used, so that a person who sees a wrong address can stop. */
function announceCluster(settings: Settings, io: Io): void {
  const { url, setBy, quiet } = settings;
  if (io.stdin.isTerminal && !quiet)
    io.stderr.write(`${printable(`cluster ${url} (${setBy["url"] ?? "default"})`)}\n`);
}
