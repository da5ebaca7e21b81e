import { inspect } from "node:util";

/** The server shows this instead of a secret. osac must never send it. */
export const redacted = "******";

const mask = "***";

/**
 * Secrets of the job and of the cluster: from the environment, from files beside the YAML, from the server.
 */
const jobSecrets = new Set<string>();

/**
 * Secrets in the files. The author of the files chooses them, so they mask only the words of others: osac
 * still shows a role whose name is one.
 */
const fileSecrets = new Set<string>();

/** Registers a secret value that no `Secret` wraps in this form. */
export function registerSecret(value: string): void {
  jobSecrets.add(value);
}

/** The secrets of the job and of the cluster that this process has met. Only `redact.ts` may read them. */
export const knownSecrets: ReadonlySet<string> = jobSecrets;

/** The secrets of the files that this process has met. Only `redact.ts` may read them. */
export const writtenSecrets: ReadonlySet<string> = fileSecrets;

/** Facts about a secret besides its value. */
export interface SecretFacts {
  /** A password in plain text in the place of a hash. osac hashes it before it sends it. */
  readonly isPassword?: boolean;
  /** The reason that there is no value, such as "is not set", and a hint. */
  readonly lack?: { readonly reason: string; readonly hint: string } | undefined;
  /** True if the value, or a part of it, is text of the YAML files. */
  readonly isWritten?: boolean;
  /** No field accepts the value. Only a run that sends it may report that. */
  readonly isUnusable?: boolean | undefined;
  /** The API redacts the value. Only the admin certificate sees it, in the stored document. */
  readonly isStored?: boolean;
  /**
   * A placeholder in a field that is not secret. osac does not look it up, because it would show the value.
   */
  readonly isOpen?: boolean;
}

/**
 * A value that must reach no output. It prints as `***` everywhere. Only `reveal` returns it, and only code
 * that talks to the cluster, or proves a patch, calls that.
 */
export class Secret {
  readonly #value: string | undefined;
  /** The placeholder of the value in the file, for example `${env.LDAP_PASSWORD}`. */
  readonly reference: string | undefined;
  readonly facts: SecretFacts;

  /** Without a value the secret is unknown: the server redacted it, or its placeholder has no value. */
  constructor(value: string | undefined, reference?: string, facts: SecretFacts = {}) {
    this.#value = value;
    this.reference = reference;
    this.facts = facts;
    if (value !== undefined) (facts.isWritten ? fileSecrets : jobSecrets).add(value);
  }

  /** Returns the same secret as a password, which osac hashes before it sends it. */
  asPassword(): Secret {
    return new Secret(this.#value, this.reference, { ...this.facts, isPassword: true });
  }

  get isPassword(): boolean {
    return this.facts.isPassword ?? false;
  }

  get isKnown(): boolean {
    return this.#value !== undefined;
  }

  /** Returns the value. A call on an unknown secret is a fault of osac. */
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
