import { makeFinding } from "../../errors.ts";
import { isRecord } from "../../value/record.ts";
import { asRecord } from "../as-record.ts";
import type { Answer, Reloader } from "../../model/cluster.ts";
import type { Finding } from "../../model/finding.ts";
import { quoteServer, serverMessage } from "../explain-refusal.ts";
import type { Status } from "./status.ts";

/** The result of making the nodes reload their configuration. */
export interface Probe {
  /** Absent if osac could not make the request. */
  readonly reload?: "loaded" | "failed";
  readonly findings: readonly Finding[];
}

/**
 * Makes every node load the readable kinds again. If a node fails, it holds a document that it cannot load.
 */
export async function probeReload(reloader: Reloader, { cluster, kinds }: Status): Promise<Probe> {
  if (!cluster) return { findings: [] };
  if (cluster.adminDn === undefined) return { findings: [notAllowedFinding] };
  const readable = kinds.filter((kind) => kind.readable).map(({ kind }) => kind);
  const answer = await reloader.reload(readable);
  const { configupdate_response: response } = asRecord(answer.body);
  if (answer.status !== 200 || !isRecord(response)) return { findings: [notAnsweredFinding(answer)] };
  if (response["has_failures"] !== true) return { reload: "loaded", findings: [] };
  return { reload: "failed", findings: parseFailures(answer).map(notLoadedFinding) };
}

const notAllowedFinding: Finding = makeFinding("not-allowed", {
  message: "only the admin certificate may ask the nodes to load their configuration; they were not asked",
  hint: "pass it with --client-cert and --client-key, or leave out --probe-reload",
});

function notAnsweredFinding(answer: Answer): Finding {
  const message = `the nodes were asked to load their configuration, and the server answered ${answer.status}: ${serverMessage(answer)}`;
  return makeFinding("not-allowed", { message });
}

interface Failure {
  readonly node: string;
  readonly reason: string;
}

/** Reads the failures, one for each node. `caused_by` has the reason, in one or more lines. */
function parseFailures({ body }: Answer): Failure[] {
  const { failures } = asRecord(asRecord(body)["_nodes"]);
  const listed = Array.isArray(failures) ? failures.map(asRecord) : [];
  const known = listed.map((failure) => ({
    node: String(failure["node_id"]),
    reason: String(asRecord(failure["caused_by"])["reason"] ?? failure["reason"]),
  }));
  return known.length > 0 ? known : [{ node: "of unknown name", reason: "the server does not say why" }];
}

function notLoadedFinding({ node, reason }: Failure): Finding {
  return makeFinding("not-loaded", {
    message: `the node ${quoteServer(node)} cannot load the stored configuration: ${quoteServer(reason.replaceAll(/\s+/g, " "))}`,
    hint: /already in progress/.test(reason)
      ? "it was busy with another update: ask again"
      : "no write takes effect until that is corrected, and after a restart nobody could log in: correct it with the admin certificate before any node is restarted",
  });
}
