import { failure } from "../../errors.ts";
import { findNearest } from "../../value/nearest.ts";
import {
  isClusterAction,
  operations,
  type Access,
  type Operation,
  type Subject,
  type Target,
} from "../effective/index.ts";

/** The known facts about a caller besides its name. */
export interface CallerDetails {
  readonly backendRoles: readonly string[];
  /** By their whole names, such as `ldap.department`. */
  readonly attributes?: Readonly<Record<string, string>> | undefined;
  readonly address?: string | undefined;
}

const subjectForms = "user:NAME, role:BACKEND_ROLE, external:NAME, everyone or anonymous";

/** Parses the subject of a question. */
export function parseSubject(text: string, details: CallerDetails): Subject {
  const [word, name] = splitOnce(text);
  const isDescribed = details.backendRoles.length > 0 || details.attributes !== undefined;
  if (word !== "external" && isDescribed)
    throw failure("input", "bad-value", "--backend-role and --attribute describe an external user", {
      hint: "write external:NAME; an internal user has those of internal_users.yml",
    });
  const subject = name === undefined ? makeNameless(word, details) : makeNamed(word, name, details);
  if (subject !== undefined) return subject;
  const message = `subject: expected ${subjectForms}, found ${JSON.stringify(text)}`;
  const hint = name === undefined ? `did you mean user:${text}?` : "osac access can --help";
  throw failure("input", "bad-value", message, { hint });
}

function makeNameless(word: string, { address }: CallerDetails): Subject | undefined {
  if (word === "everyone") return { kind: "everybody" };
  return word === "anonymous" ? { kind: "anonymous", address } : undefined;
}

function makeNamed(word: string, name: string, details: CallerDetails): Subject | undefined {
  const { backendRoles, attributes, address } = details;
  if (name === "") return undefined;
  if (word === "user") return { kind: "user", name, address };
  if (word === "role") return { kind: "backend-role", name };
  return word === "external" ? { kind: "external", name, backendRoles, attributes, address } : undefined;
}

/** Formats a subject as users type it. */
export function formatSubject(subject: Subject): string {
  switch (subject.kind) {
    case "user":
    case "external":
      return `${subject.kind}:${subject.name}`;
    case "backend-role":
      return `role:${subject.name}`;
    case "everybody":
      return "everyone";
    default:
      return subject.kind;
  }
}

/**
 * Parses a target: `cluster`, `tenant:NAME`, or index names, aliases and wildcards with commas between them.
 */
export function parseTarget(text: string): Target {
  if (text === "cluster") return { kind: "cluster" };
  const [word, name] = splitOnce(text);
  if (word === "tenant" && name) return { kind: "tenant", name };
  const expressions = text.split(",").map((one) => one.trim());
  // `tenant:`, or the name of another cluster without that of an index.
  if (expressions.some((one) => /^(?::|$)|:$/.test(one)))
    throw failure("input", "bad-value", `resource: a name is missing in ${JSON.stringify(text)}`);
  return { kind: "indices", expressions };
}

/** Formats a target as users type it. */
export function formatTarget(target: Target): string {
  if (target.kind === "cluster") return "cluster";
  return target.kind === "tenant" ? `tenant:${target.name}` : target.expressions.join(",");
}

/** Throws an `OsacError` if the target has another kind than the operation needs. */
export function refuseMisfit({ generation }: Access, what: string, target: Target): void {
  const wanted = findTargetKind(what, generation);
  if (wanted === target.kind) return;
  const forms = { cluster: "cluster", tenant: "tenant:NAME", indices: "index names, * for all" };
  throw failure("input", "bad-value", `resource: ${what} needs ${forms[wanted]}`, {
    hint: "osac access operations lists the resource that each operation needs",
  });
}

/** Returns the kind of target that an operation needs. */
export function findTargetKind(what: string, generation?: Access["generation"]): Target["kind"] {
  const operation = findOperation(what);
  if (operation === undefined) return generation && isClusterAction(what, generation) ? "cluster" : "indices";
  if (operation.tenant !== undefined) return "tenant";
  return operation.index.length > 0 ? "indices" : "cluster";
}

/** Parses an operation by its name, or an action. */
export function parseOperation(text: string): string {
  if (findOperation(text) !== undefined || /^[a-z]+:\S+$/.test(text)) return text;
  const close = findNearest(text, Object.keys(operations));
  throw failure("input", "bad-value", `unknown operation ${JSON.stringify(text)}`, {
    hint: close ? `did you mean ${JSON.stringify(close)}?` : "osac access operations lists them",
  });
}

export function findOperation(name: string): Operation | undefined {
  return Object.hasOwn(operations, name) ? operations[name as keyof typeof operations] : undefined;
}

function splitOnce(text: string): [string, string?] {
  const at = text.indexOf(":");
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
