import type { Finding } from "../../../src/model/finding.ts";
import { options, type OptionName } from "../../../src/settings/options.ts";
import { readSettings } from "../../../src/settings/read-settings.ts";
import type { Settings } from "../../../src/settings/settings.ts";
import { listErrors } from "../../support/refusal.ts";

/** What a run is given beside its settings file. */
export interface Given {
  readonly flags?: Partial<Record<OptionName, string[]>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly directory?: string;
  /** A person at a terminal sees the address. */
  readonly isAttended?: boolean;
  readonly isOneOfMany?: boolean;
  readonly without?: readonly OptionName[];
}

/** Reads the settings of a run that takes all options. */
export async function readRun(
  cwd: string,
  { flags = {}, env = {}, directory = ".", isAttended = false, isOneOfMany, without = [] }: Given = {},
): Promise<{ readonly settings: Settings; readonly findings: readonly Finding[] }> {
  const names = (Object.keys(options) as OptionName[]).filter((name) => !without.includes(name));
  const request = {
    options: names,
    outputs: ["text", "json"] as const,
    flags: new Map(Object.entries(flags)) as ReadonlyMap<OptionName, string[]>,
    directory,
    ...(isOneOfMany === undefined ? {} : { isOneOfMany }),
  };
  return readSettings(request, env, cwd, isAttended);
}

/** Lists the errors for which a run is refused. */
export async function listRefusals(cwd: string, given: Given = {}): Promise<string[]> {
  return listErrors(async () => readRun(cwd, given));
}
