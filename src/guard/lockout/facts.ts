import type { Credentials, ListedRequest, Certainty } from "../../access/index.ts";
import type { Change } from "../../model/change.ts";
import type { LiveState } from "../../model/entity.ts";
import type { Version } from "../../model/finding.ts";
import type { BreakGlass } from "../../model/plan.ts";

/** The settings about lockouts. */
export interface LockoutChoice {
  readonly breakGlass: readonly BreakGlass[];
  /**
   * `plugins.security.restapi.roles_enabled`, which no API shows; absent if the settings do not name them.
   */
  readonly restApiRoles?: readonly string[] | undefined;
  readonly isRiskAccepted: boolean;
}

/** The caller, as the server describes it. */
export interface KnownCaller {
  /** Absent if the server does not report them. */
  readonly name?: string | undefined;
  readonly credentials?: Credentials | undefined;
  readonly backendRoles: readonly string[];
  readonly roles: readonly string[];
  readonly address?: string | undefined;
}

/** The input of the guard against lockouts. */
export interface LockoutInput {
  readonly changes: readonly Change[];
  readonly live: LiveState;
  readonly choice: LockoutChoice;
  readonly version: Version;
  /** Absent for the admin certificate, which no document can lock out. */
  readonly caller?: KnownCaller | undefined;
  /** DNs of admin certificates that are known here. */
  readonly adminDns: readonly string[];
  /** True if there is an admin certificate that could revert a change. */
  readonly canRecover: boolean;
  /** "yes" if the caller logs in with the same password after the changes. */
  readonly keepsPassword: Certainty;
  /** The requests that the run sends to the kinds that it manages. */
  readonly requests: readonly ListedRequest[];
}
