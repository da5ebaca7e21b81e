import { makeFinding } from "../errors.ts";
import type { FixedCode } from "../codes.ts";
import { listNames } from "../value/list-names.ts";
import { writeAddress } from "../kinds/address.ts";
import type { Directory } from "../model/entity.ts";
import type { Finding } from "../model/finding.ts";
import type { KindName } from "../model/kind-name.ts";
import type { Approval, DestructiveEffect, Plan } from "../model/plan.ts";

/** A limit, and where it was set: a flag, a variable or a line of osac.yml; absent where it is the default. */
export interface Limit {
  readonly max: number;
  readonly setBy?: string | undefined;
}

/** The limits on deletions, and the approvals. */
export interface GuardChoice {
  readonly deletes: Limit;
  /** In percent of a kind's managed entities. */
  readonly deleteShare: Limit;
  readonly allowed: readonly Approval[];
}

/** The input of the guards. */
export interface GuardInput {
  readonly plan: Pick<Plan, "changes" | "managed" | "escalations">;
  readonly directory: Directory;
  readonly choice: GuardChoice;
  readonly allowedEscalations?: readonly Approval[] | undefined;
}

/** The input with the destructive changes that no approval names. Only these count towards the limits. */
interface GuardContext extends GuardInput {
  readonly dangers: readonly DestructiveEffect[];
}

/** Judges a plan: returns the refusals, or nothing. */
export type Guard = (guarded: GuardContext) => Finding[];

/** The most names in a message; further names are only counted. */
const namesMax = 10;

/** Makes a refusal: its subject, the hint that allows exactly this, and a note that osac wrote nothing. */
export function guardFinding(
  code: FixedCode,
  message: string,
  dangers: readonly DestructiveEffect[],
  { orElse = "", ...about }: { readonly kind?: KindName; readonly orElse?: string } = {},
): Finding {
  return makeFinding(code, {
    refusedBy: "guard",
    message: `${message}: ${formatDestructiveNames(dangers)}; nothing was written`,
    hint: `to allow exactly this, add it to guards.allow_delete in osac.yml, or pass ${formatApprovalFlags(dangers)}${orElse}`,
    ...about,
  });
}

/** Describes the origin of a limit for a message. */
export function describeOrigin({ setBy }: Limit, flag: string): string {
  return setBy === undefined ? `the default of ${flag}` : `set by ${setBy}`;
}

function formatDestructiveNames(dangers: readonly DestructiveEffect[]): string {
  const names = dangers.map(({ address, what, isDeletion }) =>
    isDeletion ? address : `${address} (${what})`,
  );
  return listNames(names, namesMax);
}

function formatApprovalFlags(dangers: readonly DestructiveEffect[]): string {
  const flags = dangers.slice(0, namesMax).map(({ address }) => `--allow-delete ${writeAddress(address)}`);
  return flags.join(" ") + (dangers.length > namesMax ? " …" : "");
}
