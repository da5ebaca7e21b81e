import type { Place } from "./finding.ts";

/** What an access test says that somebody can do, cannot do, or can do and nothing else. */
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

/** One operation with what it is done to. */
export interface Expectation {
  readonly list: (typeof expectationLists)[number];
  readonly operation: string;
  readonly targets: readonly string[];
  readonly at: Place;
}
