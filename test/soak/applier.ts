import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dumpYaml } from "../../src/files/yaml/dump.ts";
import { formatAddress } from "../../src/kinds/address.ts";
import { kinds } from "../../src/kinds/index.ts";
import type { KindName } from "../../src/model/kind-name.ts";
import type { Json } from "../../src/model/value.ts";
import type { PlanDocument } from "../../src/report/plan-json.ts";
import { osac } from "../support/osac.ts";
import type { Chance } from "./chance.ts";
import { makeBody, makeName, ownFields, sharedKinds, sharedRoles } from "./entities.ts";

/** What the runs of one directory came to. */
export interface Applied {
  runs: number;
  /** Runs that did not write everything, by the codes of what they found; the next run made up for it. */
  readonly unfinished: Record<string, number>;
  writes: number;
  conflicts: number;
  /** What was declared and acknowledged, and was not there any more. */
  readonly lost: string[];
}

/** Somebody who edits a directory of their own and applies it, again and again. */
export interface Applier {
  readonly applied: Applied;
  /** Edits, and applies. */
  round(): Promise<void>;
  /** Applies what is left, and looks whether all of it is there. */
  finish(): Promise<void>;
}

/** Entities of each kind that somebody owns. */
const slots = 6;

/** Starts with a full directory. `env` says where the cluster is and who calls. */
export async function openApplier(
  owner: "left" | "right",
  chance: Chance,
  env: Readonly<Record<string, string>>,
): Promise<Applier> {
  const directory = await mkdtemp(join(tmpdir(), `osac-soak-${owner}-`));
  const declared = new Map(sharedKinds.map((kind) => [kind as KindName, new Map<string, Json>()]));
  const applied: Applied = { runs: 0, unfinished: {}, writes: 0, conflicts: 0, lost: [] };
  /** What was edited and is not acknowledged yet. */
  const pending = new Set<string>();
  let number = 0;

  const edit = (kind: KindName, name: string, body: Json | undefined): void => {
    if (body === undefined) declared.get(kind)!.delete(name);
    else declared.get(kind)!.set(name, body);
    pending.add(formatAddress({ kind, name }));
  };
  const write = async (): Promise<void> => {
    await writeFile(join(directory, "osac.yml"), makeSettings(owner));
    for (const [kind, entities] of declared)
      await writeFile(
        join(directory, kinds[kind].file),
        dumpYaml({ _meta: { type: kind, config_version: 2 }, ...Object.fromEntries(entities) }),
      );
  };
  const run = async (): Promise<PlanDocument> => {
    await write();
    const { out, err } = await osac(["apply", directory, "--yes", "--output", "json", "--debug"], { env });
    const told = JSON.parse(out) as PlanDocument;
    for (const change of told.changes) {
      const address = formatAddress(change as { kind: KindName; name: string });
      if (!pending.has(address)) applied.lost.push(`${owner} ${address}: ${change.action} again`);
      if (change.result === "done") pending.delete(address);
    }
    applied.runs += 1;
    applied.writes += (err.match(/PATCH \S+ 200 /g) ?? []).length;
    applied.conflicts += (err.match(/PATCH \S+ 409 /g) ?? []).length;
    const codes = told.findings.filter(({ severity }) => severity === "error").map(({ code }) => code);
    if (told.exitCode === 0) pending.clear();
    for (const code of new Set(codes)) applied.unfinished[code] = (applied.unfinished[code] ?? 0) + 1;
    return told;
  };

  for (const kind of sharedKinds)
    for (let slot = 0; slot < slots; slot += 1)
      edit(kind, makeName(kind, owner, slot), makeBody(kind, slot, owner));
  for (const name of sharedRoles) edit("roles", name, ownFields[owner]!(0));

  return {
    applied,
    async round() {
      number += 1;
      for (let edits = 1 + chance.below(4); edits > 0; edits -= 1) {
        const kind = chance.of(sharedKinds);
        const slot = chance.below(slots);
        const name = makeName(kind, owner, slot);
        // Roles are referred to, and a kind must not become empty.
        const isKept =
          kind === "roles" || slot === 0 || !declared.get(kind)!.has(name) || chance.below(3) > 0;
        edit(kind, name, isKept ? makeBody(kind, number, owner) : undefined);
      }
      if (chance.below(2) === 0) edit("roles", chance.of(sharedRoles), ownFields[owner]!(number));
      await run();
    },
    async finish() {
      for (let tries = 0; tries < 3 && pending.size > 0; tries += 1) await run();
      const { out } = await osac(["plan", directory, "--output", "json"], { env });
      const { changes } = JSON.parse(out) as PlanDocument;
      applied.lost.push(...changes.map(({ kind, name }) => `${owner} ${kind}/${name}: not there at the end`));
      await rm(directory, { recursive: true });
    },
  };
}

/** Whoever owns a part of something leaves the rest to the others. */
function makeSettings(owner: "left" | "right"): string {
  const others = ["cluster_permissions", "index_permissions", "tenant_permissions", "description"].filter(
    (field) => !(field in ownFields[owner]!(0)),
  );
  return dumpYaml({
    prune: Object.fromEntries(sharedKinds.map((kind) => [kind, { mode: "all", include: [`${owner}-*`] }])),
    guards: { max_deletes: 1000, max_delete_share: "100%" },
    ignore: others.map((field) => ({
      kind: "roles",
      name: "shared-*",
      field,
      reason: "belongs to somebody else",
    })),
  });
}
