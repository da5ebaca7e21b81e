import type { Json, JsonObject } from "../model/value.ts";
import type { Quirks } from "./quirks.ts";

/** A patch that cannot be parsed or applied. `status` is the server's answer, which is not always 400. */
export class PatchFailure extends Error {
  readonly status: 400 | 500;
  /** The type of exception that core wraps in its own answer. */
  readonly type: string | undefined;

  constructor(message: string, status: 400 | 500 = 400, type?: string) {
    super(message);
    this.status = status;
    this.type = type;
  }
}

/**
 * Applies a patch as zjsonpatch does, with its quirks: `remove` of a missing value succeeds, and up to 3.6
 * the last part of a path is unescaped twice. It does not change the document. The result shares the values
 * that the patch does not name.
 */
export function applyPatch(
  document: JsonObject,
  operations: readonly Json[],
  pointers: Pointers = oldPointers,
): Json {
  const target = new Target(document, pointers);
  for (const operation of operations) target.apply(operation);
  return target.root;
}

/** The quirks of a version of zjsonpatch in reading JSON pointers. */
export type Pointers = Pick<Quirks, "pointersAreUnescapedTwice" | "pointersHoldEquals">;

const oldPointers: Pointers = { pointersAreUnescapedTwice: true, pointersHoldEquals: false };

/** Parses a JSON pointer into its parts, unescaped once, as Jackson reads them. */
export function pointerTokens(path: string): string[] {
  return path.split("/").slice(1).map(unescapeOnce);
}

/** Sets a field. An assignment would treat `__proto__` as the prototype. */
function setOwn(target: JsonObject, name: string, value: Json): void {
  Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
}

class Target {
  root: Json;
  /** First-level values that are copied already, so that operations may change them in place. */
  readonly #copied = new Set<string>();
  readonly #pointers: Pointers;

  constructor(document: JsonObject, pointers: Pointers) {
    this.root = { ...document };
    this.#pointers = pointers;
  }

  apply(operation: Json): void {
    if (!isObject(operation)) throw new PatchFailure("Invalid JSON Patch payload (not an object)");
    const op = readTextField(operation, "op");
    const path = parsePointer(readTextField(operation, "path"), this.#pointers);
    if (op === "remove") return this.#remove(path);
    if (!Object.hasOwn(operation, "value")) throw missing("value");
    const value = operation["value"]!;
    if (op === "add") this.#add(path, value);
    else this.#replace(path, value);
  }

  #add(path: string[], value: Json): void {
    const name = path.at(-1);
    if (name === undefined) return this.#setRoot(value);
    const parent = this.#findParent(path, "Cannot");
    if (!Array.isArray(parent)) return setOwn(parent, name, value);
    const index = parseIndex(name) ?? parent.length;
    if (index > parent.length) throw outOfBounds(name);
    parent.splice(index, 0, value);
  }

  #replace(path: string[], value: Json): void {
    const name = path.at(-1);
    if (name === undefined) return this.#setRoot(value);
    const parent = this.#findParent(path, "Can't");
    if (!Array.isArray(parent)) {
      if (!Object.hasOwn(parent, name)) throw new PatchFailure(`Missing field "${name}"`);
      return setOwn(parent, name, value);
    }
    const index = parseIndex(name);
    if (index === undefined) {
      const reason = `Illegal index -2147483648, array size ${parent.length}`;
      throw new PatchFailure(reason, 500, "index_out_of_bounds_exception");
    }
    if (index >= parent.length) throw outOfBounds(name);
    parent[index] = value;
  }

  #remove(path: string[]): void {
    const name = path.at(-1);
    if (name === undefined) throw new PatchFailure("Cannot remove document root");
    const parent = this.#findParent(path, "Cannot");
    if (!Array.isArray(parent)) {
      delete parent[name];
      return;
    }
    const index = parseIndex(name);
    if (index === undefined) return;
    if (index >= parent.length) throw outOfBounds(name);
    parent.splice(index, 1);
  }

  #setRoot(value: Json): void {
    this.root = value;
    this.#copied.clear();
  }

  #findParent(path: string[], refusal: "Can't" | "Cannot"): JsonObject | Json[] {
    const [first] = path;
    if (path.length > 1) this.#copy(first!);
    let current: Json = this.root;
    for (const token of path.slice(0, -1)) current = child(current, token);
    if (typeof current !== "object" || current === null)
      throw new PatchFailure(`${refusal} reference past scalar value`);
    return current;
  }

  /** Copies only the values that a patch names, because a document may hold thousands of entities. */
  #copy(name: string): void {
    if (this.#copied.has(name) || !isObject(this.root) || !Object.hasOwn(this.root, name)) return;
    setOwn(this.root, name, structuredClone(this.root[name]!));
    this.#copied.add(name);
  }
}

function child(current: Json, token: string): Json {
  if (typeof current !== "object" || current === null)
    throw new PatchFailure("Can't reference past scalar value");
  if (!Array.isArray(current)) {
    if (!Object.hasOwn(current, token)) throw new PatchFailure(`Missing field "${token}"`);
    return current[token]!;
  }
  if (!isIndex(token)) throw new PatchFailure(`Can't reference field "${token}" on array`);
  const item = current[Number(token)];
  if (item === undefined) throw new PatchFailure(`Array index ${token} is out of bounds`);
  return item;
}

function readTextField(operation: JsonObject, name: string): string {
  if (!Object.hasOwn(operation, name)) throw missing(name);
  const value = operation[name];
  if (typeof value !== "string")
    throw new PatchFailure(`Invalid JSON Patch payload (non-text '${name}' field)`);
  return value;
}

function parsePointer(path: string, { pointersAreUnescapedTwice, pointersHoldEquals }: Pointers): string[] {
  if (path === "") return [];
  if (!path.startsWith("/"))
    throw new PatchFailure("Missing leading slash", 400, "illegal_argument_exception");
  if (path.endsWith("~")) {
    const reason = `Index ${path.length} out of bounds for length ${path.length}`;
    throw new PatchFailure(reason, 500, "string_index_out_of_bounds_exception");
  }
  const wrong = (pointersHoldEquals ? /~[^012]/ : /~[^01]/).exec(path);
  if (wrong) {
    const message = `Invalid escape sequence ${wrong[0]} at index ${wrong.index + 1}`;
    throw new PatchFailure(message, 400, "illegal_argument_exception");
  }
  const tokens = pointerTokens(path);
  // The rest of `~02` reads as `~2`, and so does a literal `~2`.
  if (pointersHoldEquals) return tokens.map((token) => token.replaceAll("~2", "="));
  return pointersAreUnescapedTwice ? [...tokens.slice(0, -1), unescapeOnce(tokens.at(-1)!)] : tokens;
}

function unescapeOnce(token: string): string {
  return token.replaceAll(/~[01]/g, (escaped) => (escaped === "~0" ? "~" : "/"));
}

function isIndex(token: string): boolean {
  return /^(?:0|[1-9]\d*)$/.test(token);
}

/** Parses an index. Undefined means `-`, the place after the last item. */
function parseIndex(token: string): number | undefined {
  if (token === "-") return undefined;
  if (isIndex(token)) return Number(token);
  throw new PatchFailure("Object operation on array target", 500, "illegal_state_exception");
}

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function missing(field: string): PatchFailure {
  return new PatchFailure(`Invalid JSON Patch payload (missing '${field}' field)`);
}

function outOfBounds(index: string): PatchFailure {
  return new PatchFailure(`Array index ${index} out of bounds`);
}
