import { openReader } from "../cluster/client.ts";
import { parseClusterNames, type ClusterNames } from "../access/effective/index.ts";
import { namesPath } from "../engine/load-access.ts";
import { failure } from "../errors.ts";
import { exitCodes } from "../exit-codes.ts";
import type { Json } from "../model/value.ts";
import { formatQuantity } from "../report/findings-text.ts";
import { documentVersion, jsonText } from "../report/json-text.ts";
import { printable } from "../report/printable.ts";
import type { Settings } from "../settings/settings.ts";
import { connect } from "./connect.ts";
import { writeNames } from "../storage/output-file.ts";
import type { Ended } from "./index.ts";
import type { Io } from "./io.ts";
import { formatPathFrom } from "./repeat-flags.ts";

/** Reads the names of the cluster and saves them, so that access by files can be answered with them. */
export async function run(settings: Settings, io: Io): Promise<Ended> {
  const { out } = settings;
  if (out === undefined)
    throw failure("input", "missing-argument", "--out is missing: the file that gets the names", {
      hint: "osac access facts --out names.json",
    });
  const { answer, indices } = await readNames(settings, io);
  const file = formatPathFrom(io.cwd, out);
  await writeNames(out, file, jsonText(answer as object));
  const head = { version: documentVersion, command: "access facts", exitCode: exitCodes.done.code };
  return {
    reason: "done",
    result: {
      document: () => ({ ...head, file, indices: indices.size }),
      text: () =>
        `${formatQuantity(indices.size, "index name")} with ${aliasesText(indices)} in ${printable(file)}\n`,
    },
  };
}

function aliasesText(indices: ClusterNames["indices"]): string {
  const aliases = new Set([...indices.values()].flatMap(({ aliases: own }) => own));
  const streams = new Set([...indices.values()].flatMap(({ stream }) => stream ?? []));
  return `${formatQuantity(aliases.size, "alias name")} and ${formatQuantity(streams.size, "data stream")}`;
}

async function readNames(settings: Settings, io: Io): Promise<{ answer: Json } & ClusterNames> {
  const reader = openReader(await connect(settings, io));
  try {
    const { status, body } = await reader.read(namesPath);
    const names = status === 200 ? parseClusterNames(body) : undefined;
    if (names && body !== undefined) return { answer: body, ...names };
    throw failure("access", "not-allowed", `the cluster answered ${status} to GET ${namesPath}`, {
      hint: "the caller needs the index permission indices:admin/resolve/index on *",
    });
  } finally {
    await reader.close();
  }
}
