import { kindNames, type KindName } from "../model/kind-name.ts";
import type { Json, JsonObject } from "../model/value.ts";
import { message, Refusal } from "./answers.ts";
import { loadDefaults } from "./defaults.ts";
import { Unreadable, isObject, readEntity, type Entities } from "./documents.ts";
import { resolvePlaceholders } from "./placeholders.ts";
import { findUnloadable } from "./unloadable.ts";
import type { Quirks } from "./quirks.ts";
import type { Environment } from "../model/environment.ts";

/** A document of the security index. */
interface Stored {
  /** With its `_meta`, and with its placeholders unreplaced. */
  readonly body: JsonObject;
  readonly resolved: JsonObject;
  readonly seqNo: number;
  readonly version: number;
}

/** A loaded document. It can be saved only if no other client wrote since. */
export interface Loaded {
  readonly entities: Entities;
  readonly seqNo: number;
}

/** The active configuration of the node: the documents as it last loaded them successfully. */
export type Active = Readonly<Record<KindName, Entities>>;

export const primaryTerm = 1;

/** The security index of one node, and the configuration that the node loaded from it. */
export class Store {
  active!: Active;
  readonly #version: string;
  readonly #quirks: Quirks;
  readonly #environment: Environment;
  readonly #statics: Active;
  readonly #documents = new Map<KindName, Stored>();
  /** Caches the entities of a document, because reading it again gives the same. */
  readonly #read = new WeakMap<Stored, Entities>();
  readonly #reloads: (() => void)[] = [];
  #seqNo = 0;
  /** The reason that the node last failed to load the stored documents. */
  failure = "";

  constructor(version: string, quirks: Quirks, environment: Environment) {
    this.#version = version;
    this.#quirks = quirks;
    this.#environment = environment;
    const { static: statics } = loadDefaults(version);
    this.#statics = ofEveryKind((kind) => readEntities(kind, version, statics[kind]));
  }

  /** Registers a listener, which is called whenever the node has loaded its configuration again. */
  onReload(listener: () => void): void {
    this.#reloads.push(listener);
  }

  document(kind: KindName): Stored | undefined {
    return this.#documents.get(kind);
  }

  isStatic(kind: KindName, name: string): boolean {
    return this.#statics[kind].has(name);
  }

  /** Loads the entities of one kind, with the static ones. Throws `Unreadable`. */
  load(kind: KindName): Loaded {
    const stored = this.#documents.get(kind);
    if (!stored)
      throw new Refusal(
        message(
          403,
          `Security index need to be updated to support '${kind}'. Use SecurityAdmin to populate.`,
        ),
      );
    return { entities: this.#loadEntities(kind, stored), seqNo: stored.seqNo };
  }

  /**
   * Writes the entities of one kind and makes the node load them. Refuses if another client wrote since
   * `seqNo`.
   */
  async save(kind: KindName, entities: Entities, seqNo: number): Promise<void> {
    const current = this.#documents.get(kind);
    if (current && current.seqNo !== seqNo)
      throw new Refusal(message(409, conflict(kind, seqNo, current.seqNo)));
    const own = [...entities].filter(
      ([name]) => !this.isStatic(kind, name) || this.#quirks.staticNamesPreventLoading,
    );
    const kept = own.filter(([, entity]) => entity["static"] !== true);
    await this.put(kind, { _meta: { type: kind, config_version: 2 }, ...Object.fromEntries(kept) });
    if (!this.reload()) throw new Refusal(message(500, `Error Failed node [${nodeId}]`));
  }

  /** Replaces a document without any check, as the admin certificate may. The node does not load it. */
  async put(kind: KindName, body: JsonObject): Promise<void> {
    const text = JSON.stringify(body);
    const resolved: Json = text.includes("${env")
      ? JSON.parse(await resolvePlaceholders(text, this.#environment))
      : body;
    const version = (this.#documents.get(kind)?.version ?? 0) + 1;
    this.#documents.set(kind, { body, resolved: resolved as JsonObject, seqNo: this.#seqNo++, version });
  }

  /** Makes the node load every document. Returns false if it cannot; it then keeps its old configuration. */
  reload(): boolean {
    try {
      const loaded = ofEveryKind((kind) => this.#loadable(kind));
      this.active = loaded;
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      this.failure = error.message;
      return false;
    }
    for (const listener of this.#reloads) listener();
    return true;
  }

  #loadable(kind: KindName): Entities {
    const stored = this.#documents.get(kind);
    if (!stored) return new Map();
    const isLoadedAlready = this.#read.has(stored) && this.active?.[kind] === this.#read.get(stored);
    const entities = this.#loadEntities(kind, stored);
    if (isLoadedAlready) return entities;
    const shadowed = Object.keys(stored.resolved).find(
      (name) => this.#quirks.staticNamesPreventLoading && this.isStatic(kind, name),
    );
    const unloadable =
      shadowed ??
      findUnloadable(kind, entities, {
        quirks: this.#quirks,
        loadEntities: (other) => this.load(other).entities,
      });
    if (unloadable !== undefined) throw new Unreadable(`cannot load ${kind}: ${unloadable}`);
    return entities;
  }

  #loadEntities(kind: KindName, stored: Stored): Entities {
    const known = this.#read.get(stored);
    if (known) return known;
    const entities = new Map([...readEntities(kind, this.#version, stored.resolved), ...this.#statics[kind]]);
    this.#read.set(stored, entities);
    return entities;
  }
}

/** The id of the single node. */
export const nodeId = "simulated-node-1-aaaaaa";

function conflict(kind: KindName, wanted: number, found: number): string {
  return (
    `[${kind}]: version conflict, required seqNo [${wanted}], primary term [${primaryTerm}]. ` +
    `current document has seqNo [${found}] and primary term [${primaryTerm}]`
  );
}

function readEntities(kind: KindName, version: string, document: JsonObject): Entities {
  const entries = Object.entries(document).filter(([name]) => name !== "_meta" && name !== "_readonly");
  return new Map(entries.map(([name, raw]) => [name, readEntity(kind, version, isObject(raw) ? raw : {})]));
}

function ofEveryKind<T>(make: (kind: KindName) => T): Record<KindName, T> {
  return Object.fromEntries(kindNames.map((kind) => [kind, make(kind)])) as Record<KindName, T>;
}
