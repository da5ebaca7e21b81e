import type { Place } from "./finding.ts";

/** The lists of an access test: what a user can do, cannot do, or the only things that it can do. */
export const expectationLists = ["can", "cannot", "only"] as const;

/** One test of a file in `access_tests`, as it is written. */
export interface AccessTest {
  readonly name?: string | undefined;
  readonly subject: string;
  readonly backendRoles: readonly string[];
  readonly attributes?: Readonly<Record<string, string>> | undefined;
  readonly address?: string | undefined;
  readonly expectations: readonly Expectation[];
  readonly at: Place;
}

/** One operation, and the names that it applies to. */
export interface Expectation {
  readonly list: (typeof expectationLists)[number];
  readonly operation: string;
  readonly targets: readonly string[];
  readonly at: Place;
}
