import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { NodeSettings } from "../../server/node/settings.ts";

const file = join(import.meta.dirname, "../../../examples/least-rights/opensearch.yml");
const pattern = /^plugins\.security\.restapi\.roles_enabled: (\[.*\])$/m;

/** The lines of the example, without the enabled roles, which the harness of the node writes itself. */
export async function leastRightsSettings(): Promise<NodeSettings> {
  const text = await readFile(file, "utf8");
  return { rolesEnabled: JSON.parse(pattern.exec(text)![1]!), extraYml: text.replace(pattern, "") };
}
