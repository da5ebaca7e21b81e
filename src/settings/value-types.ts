import { getOwnField } from "../value/path.ts";
import { resolve } from "node:path";
import { OsacError, failure, makeFinding } from "../errors.ts";
import type { Finding, Place } from "../model/finding.ts";
import { kindNames, type KindName } from "../model/kind-name.ts";
import type { Json } from "../model/value.ts";
import { Secret } from "../secrets/secret.ts";
import { findNearest } from "../value/nearest.ts";

/** The source of a value: a flag, a variable, or a line of osac.yml. */
export interface Source {
  /** The name in messages: `--timeout`, `OSAC_TIMEOUT`, `cluster.timeout`. */
  readonly name: string;
  /** The directory of relative paths. */
  readonly base: string;
  readonly at?: Place | undefined;
}

/** A source in osac.yml that can find the places of values below it. */
export interface FileSource extends Source {
  readonly at: Place;
  /** Returns the place of a JSON pointer below the setting. */
  readonly locate: (pointer: string) => Place;
  /** Returns true for a field that a target takes over from the settings of all targets. */
  readonly isShared?: ((field: string) => boolean) | undefined;
}

/** A type of settings, which turns texts into a value. */
export interface ValueType<T> {
  /** The placeholder for the value in `--help`; absent for a switch. */
  readonly placeholder?: string;
  readonly isRepeatable?: true;
  readonly choices?: readonly string[];
  /** The JSON Schema of the value in osac.yml. */
  readonly schema: object;
  /** Reads one text, or several if the type is repeatable. Throws an `OsacError` for an invalid text. */
  read(texts: readonly string[], source: Source): T;
  /** Reads the value of osac.yml if it is more than texts; the schema has checked its structure. */
  readFile?(value: Json, source: FileSource): T;
  /** Combines the values of osac.yml and a flag. Without it, the flag replaces the value of osac.yml. */
  combine?(file: T, flag: T): T;
}

/** The name of a variable, or a prefix of names. */
const variablePattern = /^(?:[A-Za-z_][A-Za-z0-9_]*\*?|\*)$/;

/** Makes the type of a setting with one text. */
export function scalar<T>(placeholder: string, read: (text: string, source: Source) => T): ValueType<T> {
  return {
    placeholder,
    schema: { type: "string", minLength: 1 },
    read: ([value = ""], source) => read(value, source),
  };
}

export const text: ValueType<string> = scalar("TEXT", (value) => value);

export const secret: ValueType<Secret> = scalar(
  "TEXT",
  (value, source) => new Secret(value, `\${env.${source.name}}`),
);

export const path: ValueType<string> = scalar("PATH", (value, source) => resolve(source.base, value));

/** Several paths, separated by commas on one line. */
export const paths: ValueType<readonly string[]> = {
  placeholder: "PATH,…",
  isRepeatable: true,
  schema: { type: "array", items: { type: "string", minLength: 1 } },
  read: (texts, source) => splitTexts(texts, source).map((one) => resolve(source.base, one)),
};

/** Names of variables, or prefixes of names that end in `*`. */
export const variables: ValueType<readonly string[]> = {
  placeholder: "NAME,…",
  isRepeatable: true,
  schema: { type: "array", items: { type: "string", pattern: variablePattern.source } },
  read: (texts, source) => {
    const named = splitTexts(texts, source);
    const odd = named.find((one) => !variablePattern.test(one));
    return odd === undefined ? named : refuse(source, "names such as GRAFANA_PASSWORD or TEAM_*", odd);
  },
};

/** Names of variables as above, and files as `file:PATH` or `file:DIR/*`. */
export const placeholderNames: ValueType<readonly string[]> = {
  ...variables,
  read: (texts, source) => {
    const named = splitTexts(texts, source);
    const odd = named.find((one) => !variablePattern.test(one) && !/^file:[^*]+\*?$/.test(one));
    return odd === undefined ? named : refuse(source, "names such as TEAM_NAME, TEAM_* or file:PATH", odd);
  },
};

function splitTexts(texts: readonly string[], source: Source): string[] {
  const parts = texts.flatMap((one) => one.split(",")).map((one) => one.trim());
  return parts.includes("")
    ? refuse(source, "values between the commas", texts.join(","))
    : [...new Set(parts)];
}

/** A path, or `-` for standard input. */
export const pathOrStdin: ValueType<string> = scalar("PATH", (value, source) =>
  value === "-" ? value : resolve(source.base, value),
);

const switchValues: Readonly<Record<string, boolean>> = { true: true, "1": true, false: false, "0": false };

export const onOff: ValueType<boolean> = {
  schema: { type: "boolean" },
  read: ([value = ""], source) =>
    getOwnField(switchValues, value.toLowerCase()) ?? refuse(source, "true or false", value),
};

/** Makes the type of a whole number from `least` to `most`. */
export function wholeNumber(what: string, least: number, most: number): ValueType<number> {
  return {
    ...quantityType(what, /^\d{1,9}$/, least, most),
    schema: { type: "integer", minimum: least, maximum: most },
  };
}

export const seconds: ValueType<number> = quantityType(
  "a number of seconds",
  /^\d{1,9}(\.\d{1,3})?$/,
  0.1,
  3600,
);

export function quantityType(what: string, pattern: RegExp, least: number, most: number): ValueType<number> {
  const read = (value: string, source: Source): number => {
    const amount = pattern.test(value) ? Number(value) : Number.NaN;
    return amount >= least && amount <= most
      ? amount
      : refuse(source, `${what} from ${least} to ${most}`, value);
  };
  return { ...scalar("NUMBER", read), schema: { type: "number", minimum: least, maximum: most } };
}

export function choiceType<const T extends string>(choices: readonly T[]): ValueType<T> {
  return {
    ...scalar(choices.join("|"), (value, source) => requireChoice(choices, value, source)),
    choices,
    schema: { enum: choices },
  };
}

/** The address of a cluster. A user and password in it would appear in logs and process lists. */
export const clusterUrl: ValueType<string> = {
  ...scalar("URL", (value, source) => {
    const logins = findLoginInUrl(value, source);
    if (logins.length > 0) throw new OsacError("input", logins);
    const url = /^https?:\/\//i.test(value) && URL.canParse(value) ? new URL(value) : undefined;
    if (url && url.href === `${url.origin}${url.pathname}`)
      return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
    return refuse(source, "a url such as https://localhost:9200 or https://example.com/opensearch", value);
  }),
  schema: { type: "string", pattern: "^https?://[^/@?#]+(/[^@?#]*)?$" },
};

/** A host name without a scheme or a path. */
export const hostName: ValueType<string> = matching(
  "HOST",
  /^[A-Za-z0-9.-]+(?::\d{1,5})?$/,
  "a host name such as vpc-logs-abc.eu-central-1.es.amazonaws.com",
);

export const regionName: ValueType<string> = matching(
  "REGION",
  /^[a-z]+(?:-[a-z0-9]+)+$/,
  "a region such as eu-central-1",
);

function matching(placeholder: string, pattern: RegExp, expected: string): ValueType<string> {
  return {
    ...scalar(placeholder, (value, source) =>
      pattern.test(value) ? value : refuse(source, expected, value),
    ),
    schema: { type: "string", pattern: pattern.source },
  };
}

/** Reports an address that holds a login, without a quotation: a query may be a key as well. */
export function findLoginInUrl(url: string, { name, at }: Pick<Source, "name" | "at">): Finding[] {
  if (!/[@?#]/.test(url)) return [];
  const message = `${name}: a url must not carry a user, a password or a query`;
  const hint = "pass a login with --username and --password-file, or OSAC_USERNAME and OSAC_PASSWORD";
  return [makeFinding("bad-url", { message, hint, at })];
}

/** Makes the type of a list of words, separated by commas. */
function wordList<const T extends string>(placeholder: string, all: readonly T[]): ValueType<readonly T[]> {
  return {
    placeholder,
    isRepeatable: true,
    choices: all,
    schema: { type: "array", items: { type: "string", enum: all }, minItems: 1, uniqueItems: true },
    read: (texts, source) => {
      const named = new Set(
        texts.flatMap((one) => one.split(",")).map((one) => requireChoice(all, one.trim(), source)),
      );
      return all.filter((one) => named.has(one));
    },
  };
}

export const kindList: ValueType<readonly KindName[]> = wordList("KIND,…", kindNames);

/** Directories in a repository. */
export const repositoryPaths: ValueType<readonly string[]> = {
  isRepeatable: true,
  schema: { type: "array", items: { type: "string", minLength: 1 } },
  read: (texts, source) =>
    texts.map((one) =>
      /^\/|(?:^|\/)\.\.(?:\/|$)/.test(one)
        ? refuse(source, "a directory from the top of the repository, such as old/security", one)
        : one,
    ),
};

/** Names, one a line: a name may contain any other separator, and a variable holds a single text. */
export const names: ValueType<readonly string[]> = {
  placeholder: "NAME",
  isRepeatable: true,
  schema: { type: "array", items: { type: "string" } },
  read: (texts) => [...new Set(texts.flatMap((one) => one.split(/\r?\n/)).filter((one) => one !== ""))],
};

/** Returns the choice that a text names; refuses any other text with the nearest choice. */
export function requireChoice<const T extends string>(
  choices: readonly T[],
  value: string,
  source: Source,
): T {
  const found = choices.find((one) => one === value);
  if (found !== undefined) return found;
  const close = findNearest(value, choices);
  return refuse(source, `one of ${choices.join(", ")}`, value, close && `did you mean "${close}"?`);
}

/** Throws an error with the source of the value. */
export function refuse(source: Source, expected: string, found: string, hint?: string): never {
  throw failure("input", "bad-value", `${source.name}: expected ${expected}, found ${quoteValue(found)}`, {
    hint,
    at: source.at,
  });
}

/** Quotes a wrong value. An address in it may hold a login, which no output shows. */
export function quoteValue(value: Json | undefined): string {
  return JSON.stringify(value).replaceAll(/:\/\/\S*@/g, "://***@");
}
