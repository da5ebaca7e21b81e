import { inspect } from "node:util";

/** What the server shows instead of a secret, and what must never be sent to it. */
export const redacted = "******";

const mask = "***";

/** The secrets of the job and of the cluster: from the environment, from files beside the YAML, from the server. */
const jobSecrets = new Set<string>();

/**
 * Secrets that stand in the files. Whoever writes the files chooses them, so they hide nothing but the words of others:
 * a role called like one is still shown.
 */
const fileSecrets = new Set<string>();

/** Tells of a value that is secret, and that no `Secret` wraps as it is. */
export function registerSecret(value: string): void {
  jobSecrets.add(value);
}

/** The secrets of the job and of the cluster that this process has met; only `hidden.ts` may ask. */
export const knownSecrets: ReadonlySet<string> = jobSecrets;

/** The secrets of the files that this process has met; only `hidden.ts` may ask. */
export const writtenSecrets: ReadonlySet<string> = fileSecrets;

/** What is known of a secret besides its value. */
export interface SecretFacts {
  /** A password in the clear where a hash belongs: it is hashed before it may be sent. */
  readonly isPassword?: boolean;
  /** Why there is no value, and what to do about it: "is not set". */
  readonly lack?: { readonly reason: string; readonly hint: string } | undefined;
  /** The value, or a part of it, is text of the YAML files. */
  readonly isWritten?: boolean;
  /** There is a value that no field can take; only a run that sends it may say so. */
  readonly isUnusable?: boolean | undefined;
  /** The API redacts it: only the admin certificate sees it, in the stored document. */
  readonly isStored?: boolean;
  /** It stands where no secret belongs: a placeholder that was not looked up. Its value would be shown. */
  readonly isOpen?: boolean;
}

/**
 * A value that must reach no output. It prints as `***` everywhere; only `reveal` gives it away,
 * and only what talks to the cluster, or proves a patch, calls that.
 */
export class Secret {
  readonly #value: string | undefined;
  /** The text of the file that stands for the value, for example `${env.LDAP_PASSWORD}`. */
  readonly reference: string | undefined;
  readonly facts: SecretFacts;

  /** Without a value the secret is unknown: redacted by the server, or a placeholder that stands for nothing. */
  constructor(value: string | undefined, reference?: string, facts: SecretFacts = {}) {
    this.#value = value;
    this.reference = reference;
    this.facts = facts;
    if (value !== undefined) (facts.isWritten ? fileSecrets : jobSecrets).add(value);
  }

  /** The same secret, to be hashed before it may be sent. */
  asPassword(): Secret {
    return new Secret(this.#value, this.reference, { ...this.facts, isPassword: true });
  }

  get isPassword(): boolean {
    return this.facts.isPassword ?? false;
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

  static {
    Object.defineProperty(this.prototype, inspect.custom, { value: () => mask });
  }
}
