import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openCaller } from "../server/contract/caller.ts";
import type { RunningNode } from "../server/node/start.ts";
import { openApplier, type Applied } from "./applier.ts";
import { chanceFrom } from "./chance.ts";
import { openEditor, type Edited } from "./editor.ts";

/** A server, and everybody who calls it. */
type Server = Pick<RunningNode, "url" | "user" | "password" | "caCert" | "adminCert" | "adminKey">;

/** What came of a time with everybody at once. */
export interface Soaked {
  /** By whom: a user, and the admin certificate. */
  readonly appliers: { readonly left: Applied; readonly right: Applied };
  readonly editor: Edited;
}

/** The longest that a person waits between two edits. */
const editEveryMsMax = 200;

/** Two runs on the same kinds and a person in Dashboards, all at once and all the time. */
export async function soak(
  server: Server,
  { seconds, seed }: { seconds: number; seed: number },
): Promise<Soaked> {
  const { url, user, password, caCert, adminCert, adminKey } = server;
  const pem = await mkdtemp(join(tmpdir(), "osac-soak-"));
  for (const [name, text] of Object.entries({ ca: caCert, cert: adminCert, key: adminKey }))
    await writeFile(join(pem, name), text);
  const known = { OSAC_URL: url, OSAC_CA_CERT: join(pem, "ca"), OSAC_BACKUP: join(pem, "backups") };
  const asUser = { ...known, OSAC_USERNAME: user, OSAC_PASSWORD: password };
  const asCertificate = {
    ...known,
    OSAC_CLIENT_CERT: join(pem, "cert"),
    OSAC_CLIENT_KEY: join(pem, "key"),
  };
  const caller = openCaller(url, { user, password, caCert });
  const chance = chanceFrom(seed);
  const editor = openEditor(chanceFrom(seed + 1), caller);
  const left = await openApplier("left", chanceFrom(seed + 2), asUser);
  const right = await openApplier("right", chanceFrom(seed + 3), asCertificate);
  try {
    await editor.begin();
    const until = performance.now() + seconds * 1000;
    const repeat = async (round: () => Promise<void>): Promise<void> => {
      while (performance.now() < until) await round();
    };
    await Promise.all([
      repeat(() => left.round()),
      repeat(() => right.round()),
      repeat(async () => {
        await editor.round();
        await sleep(chance.below(editEveryMsMax));
      }),
    ]);
    for (const one of [left, right, editor]) await one.finish();
    return { appliers: { left: left.applied, right: right.applied }, editor: editor.edited };
  } finally {
    await caller.close();
    await rm(pem, { recursive: true });
  }
}
