import { isObject, asText, asTexts } from "./documents.ts";
import type { SimulatedNode } from "./node.ts";
import { matchesAny } from "./wildcard.ts";
import type { JsonObject } from "../model/value.ts";

/** A failed login: its address, and its user name. */
interface Failing {
  readonly remoteAddress: string;
  readonly name: string;
}

/** Counts failed logins, and blocks further ones for a while (`auth_failure_listeners`). */
export class Listeners {
  readonly #node: SimulatedNode;
  readonly #failures = new Map<string, number[]>();
  readonly #blockedUntil = new Map<string, number>();

  constructor(node: SimulatedNode) {
    this.#node = node;
    node.store.onReload(() => {
      this.#failures.clear();
      this.#blockedUntil.clear();
    });
  }

  isAddressBlocked(remoteAddress: string): boolean {
    return this.#isBlocked("ip", remoteAddress);
  }

  isUserBlocked(name: string): boolean {
    return this.#isBlocked("username", name);
  }

  /** Counts a failed login, and blocks its address or user after too many. */
  fail(failing: Failing): void {
    for (const listener of this.#listeners()) this.#count(listener, failing);
  }

  #isBlocked(type: string, whom: string): boolean {
    return (this.#blockedUntil.get(`${type} ${whom}`) ?? 0) > Date.now();
  }

  #count(listener: JsonObject, { remoteAddress, name }: Failing): void {
    const type = asText(listener["type"]);
    if (type === "ip" && matchesAny(asTexts(listener["ignore_hosts"]), [remoteAddress])) return;
    const key = `${type} ${type === "ip" ? remoteAddress : name}`;
    const since = Date.now() - Number(listener["time_window_seconds"] ?? 3600) * 1000;
    const failures = [...(this.#failures.get(key) ?? []).filter((when) => when > since), Date.now()];
    this.#failures.set(key, failures);
    if (failures.length < Number(listener["allowed_tries"] ?? 10)) return;
    this.#failures.delete(key);
    this.#blockedUntil.set(key, Date.now() + Number(listener["block_expiry_seconds"] ?? 600) * 1000);
  }

  #listeners(): JsonObject[] {
    const dynamic = this.#node.store.active.config.get("config")?.["dynamic"];
    const declared = isObject(dynamic) ? dynamic["auth_failure_listeners"] : undefined;
    return isObject(declared) ? Object.values(declared).filter(isObject) : [];
  }
}
