import { openOperator } from "../cluster/client.ts";
import { identify } from "../cluster/identify.ts";
import type { Settings } from "../config/settings/settings.ts";
import type { ExitReason } from "../errors.ts";
import type { ClusterInfo, Connection, Finding, Operator } from "../model.ts";
import { directDocument, type Deed } from "../report/direct.ts";
import { findingsText } from "../report/findings.ts";
import { printable } from "../report/printable.ts";
import { jsonText } from "../report/json.ts";
import { lookOf, type Look } from "../report/terminal.ts";
import { isConfirmed } from "./confirm.ts";
import { connect } from "./connect.ts";
import type { Io } from "./io.ts";

/** A cluster that a direct command speaks to. */
export interface Target {
  readonly operator: Operator;
  readonly connection: Connection;
  readonly cluster: ClusterInfo;
  /** The cluster's name, for questions and reports. */
  readonly name: string;
}

/** What is about to be done; whatever can be refused has been. */
export interface Prepared {
  readonly question: string;
  readonly findings?: readonly Finding[];
  /** Does it, or throws why it was not done. */
  carryOut(): Promise<Done>;
}

/** What was done, as data and in words. */
interface Done {
  readonly deed: Deed;
  text(look: Look): string;
}

/** Runs a command that does one thing: look whether it can be done, ask, do it, say so. */
export async function runDirect(
  settings: Settings,
  io: Io,
  prepare: (target: Target) => Promise<Prepared> | Prepared,
): Promise<ExitReason> {
  const connection = await connect(settings, io);
  const operator = openOperator(connection);
  try {
    const cluster = await identify(operator, connection);
    const name = printable(cluster.name ?? connection.url);
    const prepared = await prepare({ operator, connection, cluster, name });
    const { question, findings = [] } = prepared;
    if (settings.output === "text") io.stderr.write(findingsText(findings, lookOf(io.stderr, io.env)));
    if (!settings.yes && !(await isConfirmed(question, settings, io))) return "done";
    io.beginWriting?.();
    const done = await prepared.carryOut();
    io.stdout.write(
      settings.output === "json"
        ? jsonText(directDocument(done.deed, cluster, findings, operator.requests))
        : done.text(lookOf(io.stdout, io.env)),
    );
    return "done";
  } finally {
    await operator.close();
  }
}
