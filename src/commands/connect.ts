import { readConnection } from "../settings/read-connection.ts";
import { makeTargetPrefix } from "../settings/settings-file.ts";
import type { Settings } from "../settings/settings.ts";
import { connectionFindings } from "../settings/pinned-settings.ts";
import { OsacError, failure } from "../errors.ts";
import { findRegion, isServerless } from "../cluster/sigv4/find-region.ts";
import type { SigningScope } from "../cluster/sigv4/signing.ts";
import type { Connection } from "../model/cluster.ts";
import { findingsText, toErrors } from "../report/findings-text.ts";
import { printable } from "../report/printable.ts";
import { makeTheme } from "../report/theme.ts";
import type { Io } from "./io.ts";
import { readService } from "./managed-service.ts";

/** Reads the connection to the cluster; warns if it is unsafe, and prints each request with `--debug`. */
export async function connect(settings: Settings, io: Io): Promise<Connection> {
  const { freshToken } = io;
  const findings = connectionFindings(settings);
  if (settings.strict && findings.length > 0) throw new OsacError("input", toErrors(findings));
  announceCluster(settings, io);
  (io.foreword ?? io.stderr).write(findingsText(findings, makeTheme(io.stderr, io.env)));
  if (io.connectionFailure) throw io.connectionFailure;
  const scope = findSigningScope(settings, io.env);
  const known = await readConnection(settings, io.stdin, io.env);
  // Loaded for runs that sign, and for no others.
  const openSigner = scope && (await import("../cluster/sigv4/open-signer.ts")).openSigner;
  const connection = {
    ...known,
    freshToken,
    signer: scope && openSigner?.({ ...scope, profile: settings.awsProfile }, known),
    service: readService(settings),
    variablePrefix: settings.target === undefined ? undefined : makeTargetPrefix(settings.target),
    namedVersion: settings.serverVersion,
    claimCluster: (uuid: string) => io.claimCluster?.(uuid, settings.sharedCluster),
  };
  if (!settings.debug) return connection;
  return { ...connection, trace: (line) => io.stderr.write(`debug: ${printable(line)}\n`) };
}

/**
 * Returns what signatures are for, if the requests are to be signed. osac never decides this by the name of a
 * host: a domain may want a user and a password.
 */
function findSigningScope(settings: Settings, env: Io["env"]): SigningScope | undefined {
  const { auth, url, awsHost, awsRegion } = settings;
  const host = awsHost ?? new URL(url).host;
  if (isServerless(host)) throw serverlessError(host);
  if (auth === undefined) return undefined;
  const region = awsRegion ?? findRegion(host) ?? env["AWS_REGION"] ?? env["AWS_DEFAULT_REGION"];
  if (!region) throw noRegionError(host);
  return { host, region };
}

function serverlessError(host: string): OsacError {
  const message = `${host} is a collection of OpenSearch Serverless, which has no Security plugin`;
  return failure("access", "no-security-plugin", message, {
    hint: "its data access policies rule there; osac is for domains of Amazon OpenSearch Service",
  });
}

function noRegionError(host: string): OsacError {
  return failure("input", "no-aws-region", `the name ${host} does not have the region of the domain`, {
    hint: "pass --aws-region, such as --aws-region eu-central-1, or set AWS_REGION; behind a tunnel, pass --aws-host",
  });
}

/** Prints the cluster before the login is used, so that a person who sees a wrong address can stop. */
function announceCluster(settings: Settings, io: Io): void {
  const { url, setBy, quiet } = settings;
  if (io.stdin.isTerminal && !quiet)
    io.stderr.write(`${printable(`cluster ${url} (${setBy["url"] ?? "default"})`)}\n`);
}
