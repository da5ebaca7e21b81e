import { openReader } from "../../src/cluster/client.ts";
import { parseArguments } from "../../src/commands/arguments.ts";
import { readTokens } from "../../src/commands/tokens.ts";
import type { Io } from "../../src/commands/io.ts";
import { connect } from "../../src/commands/connect.ts";
import { readLockoutTask, readTask } from "../../src/commands/read-task.ts";
import { readSettings } from "../../src/settings/read-settings.ts";
import type { PatchRequest } from "../../src/model/change.ts";
import { plan } from "../../src/engine/plan.ts";

/** The requests with which `osac apply` would answer the same arguments, as JSON that hides secrets. */
export async function readRequests(argv: readonly string[], io: Io): Promise<string> {
  const parsed = await parseArguments(readTokens(["apply", ...argv]), undefined);
  if ("print" in parsed) throw new Error(parsed.print);
  const { command, directory, flags } = parsed;
  const { settings } = await readSettings(
    { options: command.options, outputs: command.outputs, flags, directory },
    io.env,
    io.cwd,
    false,
  );
  const connection = await connect(settings, io);
  const task = await readTask(settings, io);
  const reader = openReader(connection);
  try {
    const lockout = await readLockoutTask(settings, connection);
    return text((await plan(reader, connection, { ...task, lockout })).plan.requests);
  } finally {
    await reader.close();
  }
}

/** One line an operation. */
function text(requests: readonly PatchRequest[]): string {
  if (requests.length === 0) return "[]\n";
  const blocks = requests.map(({ kind, operations }) => {
    const lines = operations
      .flat()
      .map((operation) => `      ${JSON.stringify(operation)}`)
      .join(",\n");
    return `  {\n    "kind": "${kind}",\n    "operations": [\n${lines}\n    ]\n  }`;
  });
  return `[\n${blocks.join(",\n")}\n]\n`;
}
