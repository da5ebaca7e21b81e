import { readConnection } from "../config/settings/connection.ts";
import type { Settings } from "../config/settings/settings.ts";
import type { Connection } from "../model.ts";
import { findingsText, inDirectory } from "../report/findings.ts";
import { printable } from "../report/printable.ts";
import { lookOf } from "../report/terminal.ts";
import type { Io } from "./io.ts";

/** The way to the cluster, with a warning where it is unsafe, and a line for each request with `--debug`. */
export async function connect(settings: Settings, io: Io): Promise<Connection> {
  const { freshToken } = io;
  const connection = { ...(await readConnection(settings, io.stdin, io.env)), freshToken };
  warnIfInsecure(connection, io);
  if (!settings.debug) return connection;
  return { ...connection, trace: (line) => io.stderr.write(`debug: ${printable(line)}\n`) };
}

/** Said every time: an attacker in between could read the password and lie about the cluster. */
function warnIfInsecure({ insecure, url }: Connection, io: Io): void {
  if (!insecure) return;
  const finding = {
    code: "insecure",
    severity: "warning",
    message: `the certificate of ${url} is not checked (--insecure)`,
    hint: "give its authority with --ca-cert instead",
  } as const;
  io.stderr.write(findingsText(inDirectory([finding], ""), lookOf(io.stderr, io.env)));
}
