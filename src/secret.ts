import { inspect } from "node:util";

/** What the server shows instead of a secret, and what must never be sent to it. */
export const redacted = "******";

const mask = "***";

/**
 * A value that must reach no output. It prints as `***` everywhere; only `reveal` gives it away,
 * and only what talks to the cluster calls that.
 */
export class Secret {
  readonly #value: string | undefined;
  /** The text of the file that stands for the value, for example `${env.LDAP_PASSWORD}`. */
  readonly reference: string | undefined;

  /** Without a value the secret is unknown: redacted by the server, or an undefined placeholder. */
  constructor(value: string | undefined, reference?: string) {
    this.#value = value;
    this.reference = reference;
  }

  get isKnown(): boolean {
    return this.#value !== undefined;
  }

  /** The value itself. Asking an unknown secret is a fault of the program. */
  reveal(): string {
    if (this.#value === undefined) throw new Error(`the secret ${this.reference ?? ""} has no value`);
    return this.#value;
  }

  toString(): string {
    return mask;
  }

  toJSON(): string {
    return mask;
  }

  [inspect.custom](): string {
    return mask;
  }
}
