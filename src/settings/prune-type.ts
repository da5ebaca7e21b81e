import { allKinds } from "../kinds/index.ts";
import type { KindName } from "../model/kind-name.ts";
import type { Pruning } from "../model/plan.ts";
import type { Json } from "../model/value.ts";
import { requireChoice, refuse, type ValueType } from "./value-types.ts";

type Prunings = { readonly [Kind in KindName]?: Pruning };

/** The resource types with named entities; the others have a single entity, managed as a whole document. */
const prunable: readonly KindName[] = allKinds.filter(({ isSingle }) => !isSingle).map(({ name }) => name);

const modes = ["never", "removed", "all"] as const;

const everything: Pruning = { mode: "never", include: ["*"], exclude: [] };

const patterns = { type: "array", items: { type: "string", minLength: 1 } };

/** A mode of pruning for each resource type; osac.yml can also name entities, a flag sets only the mode. */
export const prunings: ValueType<Prunings> = {
  placeholder: "KIND=never|removed|all",
  isRepeatable: true,
  schema: {
    type: "object",
    propertyNames: { enum: prunable },
    additionalProperties: {
      // JSON Schema applies the rules for objects only to objects; a text is a mode alone.
      type: ["string", "object"],
      pattern: `^(${modes.join("|")})$`,
      additionalProperties: false,
      properties: {
        mode: { enum: modes, default: everything.mode },
        include: {
          description: "patterns of the names that may be deleted: * for any characters, ? for one",
          ...patterns,
          minItems: 1,
          default: everything.include,
        },
        exclude: {
          description: "patterns of names that are never deleted, whatever is included",
          ...patterns,
          default: everything.exclude,
        },
      },
    },
  },
  read: (texts, source) => {
    const prunings = new Map<KindName, Pruning>();
    for (const one of texts) {
      const [, name = one, mode = ""] = /^([^=]*)=(.*)$/.exec(one) ?? [];
      const kind = requireChoice(prunable, name, source);
      const known = modes.find((candidate) => candidate === mode);
      if (known === undefined) refuse(source, modes.map((each) => `${kind}=${each}`).join(", "), one);
      else if ((prunings.get(kind)?.mode ?? known) !== known) refuse(source, `${kind} only once`, one);
      else prunings.set(kind, { ...everything, mode: known });
    }
    return Object.fromEntries(prunings);
  },
  readFile: (value) =>
    Object.fromEntries(
      Object.entries(value as { [kind: string]: Json }).map(([kind, one]) => [
        kind,
        { ...everything, ...(typeof one === "string" ? { mode: one } : (one as object)) },
      ]),
    ),
  combine: (file, flag) =>
    Object.fromEntries(
      prunable.flatMap((kind): [KindName, Pruning][] => {
        const [below, above] = [file[kind], flag[kind]];
        if (!above) return below ? [[kind, below]] : [];
        return [[kind, { ...(below ?? above), mode: above.mode }]];
      }),
    ),
};
