import { makeFinding } from "../errors.ts";
import { kinds } from "../kinds/index.ts";
import type { Change } from "../model/change.ts";
import type { Declared, Directory } from "../model/entity.ts";
import type { Finding, LintFinding } from "../model/finding.ts";
import type { Body, Value } from "../model/value.ts";
import { Secret } from "../secrets/secret.ts";
import { findSecrets, mapItems, mapScalars, type Scalar } from "../value/walk.ts";
import { listRules } from "./index.ts";
import { valueAt } from "../value/path.ts";

/**
 * Values of placeholders that are about to be sent, and that no server could use: no hash, no key, not filled in. Only a
 * run that sends them may ask, and gets one sentence whatever is wrong: the finding depends on the value.
 *
 * @param sent the texts of the placeholders that each change sends
 */
export function refusedSecretFindings(
  directory: Directory,
  sent: readonly { readonly change: Change; readonly references: ReadonlySet<string> }[],
): Finding[] {
  return sent.flatMap(({ change, references }) => {
    const entity = directory.kinds.get(change.kind)?.get(change.name);
    if (!entity || change.action === "delete") return [];
    const refused = new Set([...listUnusable(entity), ...listRefusedByRules(entity, directory)]);
    return [...refused]
      .filter((reference) => references.has(reference))
      .map((one) => refusedSecretFinding(entity, one));
  });
}

function listUnusable({ body }: Declared): string[] {
  const found = findSecrets(body).filter(({ facts }) => facts.isUnusable);
  return found.flatMap(({ reference }) => reference ?? []);
}

/** Lists the references of placeholders whose values break a rule. */
function listRefusedByRules(entity: Declared, directory: Directory): string[] {
  const { login } = kinds[entity.kind];
  const open = { ...entity, body: revealForRules(entity.body, login?.password) };
  return listRules(entity.kind)
    .flatMap((rule) => rule(open, directory))
    .filter(isRefusal)
    .flatMap(({ pointer }) => {
      const secret = valueAt(entity.body, pointer);
      return secret instanceof Secret && secret.isKnown ? (secret.reference ?? []) : [];
    });
}

function isRefusal({ severity, unloadable, refusedByServer }: LintFinding): boolean {
  return severity === "error" || unloadable !== undefined || refusedByServer === true;
}

/**
 * Returns the body with the values of placeholders in place, as if the file had them. A password, which osac
 * hashes, may be any text.
 */
function revealForRules(body: Body, password: string | undefined): Body {
  return mapItems(body, (item, name) => (name === password ? item : mapScalars(item, revealForRule))) as Body;
}

function revealForRule(one: Scalar): Value {
  return one instanceof Secret && one.isKnown && !one.isPassword
    ? new Secret(one.reveal(), undefined, { isWritten: true })
    : one;
}

function refusedSecretFinding({ kind, name, at }: Declared, reference: string): Finding {
  return makeFinding("refused-secret", {
    message: `the value of ${reference} is refused: the server could not use it there`,
    hint: "check the value where it is set: a hash must be a hash, a key long enough and in Base64, and no text an unfilled placeholder",
    at,
    kind,
    name,
  });
}
