import { openOperator } from "../cluster/client.ts";
import { identify } from "../cluster/identify.ts";
import type { Settings } from "../settings/settings.ts";
import type { ClusterInfo, Connection, Operator } from "../model/cluster.ts";
import type { Finding } from "../model/finding.ts";
import { directDocument, type DirectAction } from "../report/maintenance-json.ts";
import { findingsText } from "../report/findings-text.ts";
import { printable } from "../report/printable.ts";
import { makeTheme, type Theme } from "../report/theme.ts";
import { isConfirmed } from "./confirm.ts";
import { connect } from "./connect.ts";
import type { Ended } from "./index.ts";
import type { Io } from "./io.ts";
import { reporters } from "./reporters.ts";

/** The cluster that a direct command changes. */
export interface DirectTarget {
  readonly operator: Operator;
  readonly connection: Connection;
  readonly cluster: ClusterInfo;
  /** The cluster's name in questions and reports. */
  readonly name: string;
}

/** An action that was checked and can be executed. */
export interface PreparedAction {
  readonly question: string;
  readonly findings?: readonly Finding[];
  /** Executes the action, or throws an error with the reason. */
  execute(): Promise<ActionResult>;
}

/** The result of an action, as data and as text. */
interface ActionResult {
  readonly action: DirectAction;
  readonly text: (theme: Theme) => string;
}

/** Runs a direct command: checks the action, asks, executes it, and reports the result. */
export async function runDirect(
  settings: Settings,
  io: Io,
  prepare: (target: DirectTarget) => Promise<PreparedAction> | PreparedAction,
): Promise<Ended> {
  const connection = await connect(settings, io);
  const operator = openOperator(connection);
  try {
    const cluster = await identify(operator, connection);
    const name = printable(cluster.name ?? connection.url);
    const prepared = await prepare({ operator, connection, cluster, name });
    const { question, findings = [] } = prepared;
    if (reporters[settings.output].isForPeople)
      io.stderr.write(findingsText(findings, makeTheme(io.stderr, io.env)));
    if (!settings.yes && !(await isConfirmed(question, settings, io))) return { reason: "done" };
    io.beginWriting?.();
    const { action, text } = await prepared.execute();
    const document = () => directDocument(action, cluster, findings, operator.requests);
    return { reason: "done", result: { document, text } };
  } finally {
    await operator.close();
  }
}
