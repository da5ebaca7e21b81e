import { isRecord } from "../../src/value/record.ts";
import { formatAddress } from "../../src/kinds/address.ts";
import { add, remove } from "../server/contract/answers.ts";
import type { Answer, Caller } from "../server/contract/caller.ts";
import type { Chance } from "./chance.ts";
import { makeBody, makeName, sharedKinds, sharedRoles, type SharedKind } from "./entities.ts";

/** What came of the edits of one person. */
export interface Edited {
  edits: number;
  conflicts: number;
  /** What was stored, and was not there any more. */
  readonly overwritten: string[];
}

/** Somebody who edits by hand, as Dashboards does: entities of their own, and one field of what others own. */
export interface Editor {
  readonly edited: Edited;
  /** Makes what the others find there, and refer to. */
  begin(): Promise<void>;
  /** One edit, after a look at what became of the earlier ones. */
  round(): Promise<void>;
  /** Looks at everything once more. */
  finish(): Promise<void>;
}

/** Entities of each kind. */
const slots = 4;

/** Roles that are never deleted, since mappings refer to them. */
const handRoles = Array.from({ length: slots }, (_, slot) => makeName("roles", "hand", slot));

export function openEditor(chance: Chance, caller: Caller): Editor {
  const edited: Edited = { edits: 0, conflicts: 0, overwritten: [] };
  /** The description that each entity has by now; undefined where it is not there. */
  const stored = new Map(sharedKinds.map((kind) => [kind, new Map<string, string | undefined>()]));
  let number = 0;

  const check = async (kind: SharedKind): Promise<void> => {
    const { body } = await caller.get(kind);
    for (const [name, description] of stored.get(kind)!) {
      const found = descriptionIn(body, name);
      if (found === description) continue;
      edited.overwritten.push(
        `${formatAddress({ kind, name })}: ${found ?? "gone"}, and not ${description ?? "gone"}`,
      );
      stored.get(kind)!.set(name, found);
    }
  };
  /** A person whose edit meets another tries again. */
  const send = async (kind: SharedKind, name: string, request: Edit): Promise<void> => {
    for (;;) {
      const { status, body } = await request.send();
      if (status < 300) break;
      if (status !== 409)
        throw new Error(`${formatAddress({ kind, name })}: ${status} ${JSON.stringify(body)}`);
      edited.conflicts += 1;
    }
    edited.edits += 1;
    stored.get(kind)!.set(name, request.description);
  };

  return {
    edited,
    async begin() {
      for (const name of [...sharedRoles, ...handRoles]) {
        const body = makeBody("roles", 0, "hand");
        await send("roles", name, { description: "hand 0", send: () => caller.put(`roles/${name}`, body) });
      }
    },
    async round() {
      number += 1;
      const kind = chance.of(sharedKinds);
      await check(kind);
      const isShared = kind === "roles" && chance.below(2) === 0;
      const name = isShared ? chance.of(sharedRoles) : makeName(kind, "hand", chance.below(slots));
      const description = `hand ${number}`;
      const isDeletable = kind !== "roles" && stored.get(kind)!.get(name) !== undefined;
      if (isShared) {
        const path = `/${name}/description`;
        await send(kind, name, { description, send: () => caller.patch(kind, [add(path, description)]) });
      } else if (isDeletable && chance.below(4) === 0) {
        await send(kind, name, {
          description: undefined,
          send: () => caller.patch(kind, [remove(`/${name}`)]),
        });
      } else {
        const body = makeBody(kind, number, "hand");
        await send(kind, name, { description, send: () => caller.put(`${kind}/${name}`, body) });
      }
    },
    async finish() {
      for (const kind of sharedKinds) await check(kind);
    },
  };
}

interface Edit {
  readonly description: string | undefined;
  readonly send: () => Promise<Answer>;
}

function descriptionIn(body: Answer["body"], name: string): string | undefined {
  const entity = isRecord(body) ? body[name] : undefined;
  return isRecord(entity) ? String(entity["description"]) : undefined;
}
