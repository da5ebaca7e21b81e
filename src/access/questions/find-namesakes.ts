import { readTexts } from "../documents.ts";
import { can, identifyCaller, type Access, type Caller, type Target } from "../effective/index.ts";
import { listAt } from "../effective/roles.ts";
import { isNameless, nameVariable } from "../effective/variables.ts";
import { isExpression } from "../match-pattern.ts";

/**
 * Finds the names by which a caller of the same backend roles can do what a caller without a name cannot:
 * the role names the index or the tenant after its user.
 */
export function findNamesakes(access: Access, caller: Caller, what: string, target: Target): string[] {
  if (!isNameless(caller) || !isDenied(access, caller, what, target)) return [];
  const patterns = listNamedPatterns(access, caller);
  const names = listNames(target).flatMap((asked) => patterns.flatMap((one) => readName(one, asked) ?? []));
  return [...new Set(names)].filter(
    (name) => !isDenied(access, giveName(access, caller, name), what, target),
  );
}

/** Makes a caller of a name with the backend roles of one without. */
export function giveName(access: Access, { identity }: Caller, name: string): Caller {
  const { backendRoles, address } = identity;
  return identifyCaller(access, { kind: "external", name, backendRoles, address });
}

function isDenied(access: Access, caller: Caller, what: string, target: Target): boolean {
  return can(access, caller, what, target).decision.verdict === "denied";
}

function listNames(target: Target): readonly string[] {
  if (target.kind === "cluster") return [];
  return target.kind === "tenant" ? [target.name] : target.expressions;
}

function listNamedPatterns({ documents }: Access, { roles }: Caller): string[] {
  const patterns = roles.flatMap(({ name }) => {
    const body = documents.get("roles")?.get(name) ?? {};
    return [
      ...listAt(body, "index_permissions").flatMap((block) => readTexts(block, "index_patterns")),
      ...listAt(body, "tenant_permissions").flatMap((block) => readTexts(block, "tenant_patterns")),
    ];
  });
  return patterns
    .map(({ value }) => value)
    .filter((pattern) => pattern.search(nameVariable) !== -1 && !isExpression(pattern));
}

/** Returns the name of the caller with which a pattern matches a text. */
function readName(pattern: string, text: string): string | undefined {
  const parts = pattern.split(nameVariable).map((part) =>
    part
      .replaceAll(/\$\{[^}]*\}/g, "*")
      .replaceAll(/[\\^$+.()[\]{}|]/g, String.raw`\$&`)
      .replaceAll("*", ".*")
      .replaceAll("?", "."),
  );
  const [first = "", second = "", ...more] = parts;
  const expression = new RegExp(`^${[`${first}(.+)${second}`, ...more].join(String.raw`\1`)}$`, "su");
  return expression.exec(text)?.[1];
}
