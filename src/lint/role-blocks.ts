import type { Body } from "../model/value.ts";
import { listMaps } from "../value/texts.ts";
import type { Declared, Directory } from "../model/entity.ts";
import type { LintFinding } from "../model/finding.ts";
import type { Rule } from "./rule.ts";

/** The permissions of a role on some indices or tenants, and their place. */
export interface Block {
  readonly pointer: string;
  readonly fields: Body;
}

/** The index and tenant blocks of a role. */
interface RoleBlocks {
  readonly ofIndices: readonly Block[];
  readonly ofTenants: readonly Block[];
}

/** A rule that checks one role, with all declared entities at hand. */
export type RoleRule = (role: Declared, blocks: RoleBlocks, directory: Directory) => LintFinding[];

/** Joins the rules of roles, so that the blocks of a role are collected once. */
export function checkRoles(rules: readonly RoleRule[]): Rule {
  return (role, directory) => {
    const blocks = collectBlocks(role.body);
    return rules.flatMap((rule) => rule(role, blocks, directory));
  };
}

function collectBlocks(body: Body): RoleBlocks {
  return {
    ofIndices: listMaps(body["index_permissions"], "/index_permissions"),
    ofTenants: listMaps(body["tenant_permissions"], "/tenant_permissions"),
  };
}
