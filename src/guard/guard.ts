import { makeFinding } from "../errors.ts";
import type { FixedCode } from "../codes.ts";
import { listNames } from "../value/list-names.ts";
import { writeAddress } from "../kinds/address.ts";
import type { Directory } from "../model/entity.ts";
import type { Finding } from "../model/finding.ts";
import type { KindName } from "../model/kind-name.ts";
import type { Approval, Danger, Plan } from "../model/plan.ts";

/** A limit, and where it was set: a flag, a variable or a line of osac.yml; absent where it is the default. */
export interface Limit {
  readonly max: number;
  readonly setBy?: string | undefined;
}

/** How much a run may delete, and what besides. */
export interface GuardChoice {
  readonly deletes: Limit;
  /** In percent of a kind's managed entities. */
  readonly deleteShare: Limit;
  readonly allowed: readonly Approval[];
  /** What may let everyone administer, by the change that does it. */
  readonly escalations: readonly Approval[];
}

/** What the guards judge. */
export interface GuardInput {
  readonly plan: Pick<Plan, "changes" | "managed" | "access">;
  readonly directory: Directory;
  readonly choice: GuardChoice;
}

/** The same, with what nobody allowed by name: it alone spends the limits. */
interface GuardContext extends GuardInput {
  readonly dangers: readonly Danger[];
}

/** One guard: why it refuses, or nothing. */
export type Guard = (guarded: GuardContext) => Finding[];

/** More names than these are only counted. */
const namesMax = 10;

/** A refusal that says what it is about, how to allow exactly this, and that nothing was written. */
export function guardFinding(
  code: FixedCode,
  message: string,
  dangers: readonly Danger[],
  { orElse = "", ...about }: { readonly kind?: KindName; readonly orElse?: string } = {},
): Finding {
  return makeFinding(code, {
    refusedBy: "guard",
    message: `${message}: ${formatDangerNames(dangers)}; nothing was written`,
    hint: `to allow exactly this, pass ${formatApprovalFlags(dangers)}${orElse}`,
    ...about,
  });
}

/** Where a limit was set, for a message. */
export function describeOrigin({ setBy }: Limit, flag: string): string {
  return setBy === undefined ? `the default of ${flag}` : `set by ${setBy}`;
}

function formatDangerNames(dangers: readonly Danger[]): string {
  const names = dangers.map(({ address, what, isDeletion }) =>
    isDeletion ? address : `${address} (${what})`,
  );
  return listNames(names, namesMax);
}

function formatApprovalFlags(dangers: readonly Danger[]): string {
  const flags = dangers.slice(0, namesMax).map(({ address }) => `--allow-delete ${writeAddress(address)}`);
  return flags.join(" ") + (dangers.length > namesMax ? " …" : "");
}
