import type { Body, Value } from "../model/value.ts";
import { listMaps } from "../value/texts.ts";
import type { Declared } from "../model/entity.ts";
import type { LintFinding } from "../model/finding.ts";
import type { Rule } from "./rule.ts";

/** The permissions of a role on some indices or tenants, and their place. */
export interface Block {
  readonly pointer: string;
  readonly fields: { readonly [field: string]: Value };
}

/** The blocks of a role. */
interface RoleBlocks {
  readonly ofIndices: readonly Block[];
  readonly ofTenants: readonly Block[];
}

/** Looks at one role. */
export type RoleRule = (role: Declared, blocks: RoleBlocks) => LintFinding[];

/** The rules of roles as one, so that blocks are collected once for all of them. */
export function checkRoles(rules: readonly RoleRule[]): Rule {
  return (role) => {
    const blocks = collectBlocks(role.body);
    return rules.flatMap((rule) => rule(role, blocks));
  };
}

function collectBlocks(body: Body): RoleBlocks {
  return {
    ofIndices: listMaps(body["index_permissions"], "/index_permissions"),
    ofTenants: listMaps(body["tenant_permissions"], "/tenant_permissions"),
  };
}
