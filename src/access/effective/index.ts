import type { Version } from "../../model/finding.ts";
import type { Access } from "./access.ts";
import type { Assumption, Decision } from "./answer.ts";
import { decideAction } from "./decide.ts";
import type { Generation } from "./generation.ts";
import { decideOperation, operations, type OperationName, type Step, type Target } from "./operations.ts";
import type { Caller } from "./subject.ts";

export { loadAccess, type Access } from "./access.ts";
export { isClusterAction } from "./actions.ts";
export type { Because, Decision, Link, Missing, Partly, Unknown } from "./answer.ts";
export { parseClusterNames, type ClusterNames, type NodeSettings } from "./facts.ts";
export { operations, type Operation, type Target } from "./operations.ts";
export { findExplicitPermission } from "./permissions.ts";
export { findRestrictions, isFieldMasked, isFieldVisible, type Restrictions } from "./restrictions.ts";
export { identifyCaller, type Caller, type Subject } from "./subject.ts";
export { findTenantAccess } from "./tenants.ts";

/** The answer to "can …?", with the data that it was computed from. */
export interface Answer {
  readonly decision: Decision;
  /** The steps of the operation, in the order in which the server judges them; one for a single action. */
  readonly steps: readonly Step[];
  readonly version: Version;
  readonly generation: Generation["name"];
  readonly assumptions: readonly Assumption[];
}

/** Answers whether a caller can do something: an everyday operation by its name, or one action. */
export function can(access: Access, caller: Caller, what: string, target: Target): Answer {
  const { version, generation, assumptions } = access;
  const operation = Object.hasOwn(operations, what) ? operations[what as OperationName] : undefined;
  const on = target.kind === "indices" ? target.expressions : [];
  const { decision, steps } = operation
    ? decideOperation(access, caller, operation, target)
    : { decision: decideAction(access, caller, { action: what, on }), steps: [] };
  return { decision, steps, version, generation: generation.name, assumptions };
}
