import { lstatSync } from "node:fs";
import { join, parse, relative, sep } from "node:path";
import { OsacError, failure, makeFinding } from "../errors.ts";
import { isGitPath } from "../files/safe-path.ts";
import type { Finding } from "../model/finding.ts";
import { options, type Option, type OptionName } from "./options.ts";
import type { GivenSetting } from "./given-setting.ts";
import { listVariables } from "./targets.ts";
import type { Settings } from "./settings.ts";

type ResolvedSettings = ReadonlyMap<OptionName, GivenSetting>;

/** Returns true for a setting other than the default from a file that a pull request may have changed. */
function isUnpinned(name: OptionName, { file, texts }: GivenSetting): boolean {
  const { default: usual }: Option<unknown> = options[name];
  return file !== undefined && !file.isPinned && texts[0] !== String(usual);
}

/**
 * Refuses a login with an address or credentials from a settings file that a pull request may have changed. A
 * person at a terminal sees the address; a job needs them from outside of the files.
 */
export function refuseUnpinnedLogin(given: ResolvedSettings, isAttended: boolean): void {
  if (isAttended || ![...given.keys()].some(isCredential)) return;
  const target = given.get("target")?.texts[0];
  const findings = [...given].flatMap(([name, one]) =>
    options[name].risk === "login" && isUnpinned(name, one) ? [unpinnedFinding(name, one, target)] : [],
  );
  if (findings.length > 0) throw new OsacError("input", findings);
}

function isCredential(name: OptionName): boolean {
  return options[name].isCredential === true;
}

function unpinnedFinding(name: OptionName, { source }: GivenSetting, target: string | undefined): Finding {
  const { flag, type }: Option<unknown> = options[name];
  const [variable] = listVariables(name, target);
  const { at } = source;
  const value = type.placeholder === undefined ? "" : ` ${type.placeholder}`;
  // A flag would hold for every target of the run.
  const places = target === undefined ? `--${flag}${value}, or ${variable}` : `${variable}`;
  return makeFinding("unpinned-setting", {
    message: `${source.name} controls the login, and a pull request can change this file: osac refuses it without a terminal`,
    hint: `set it outside of the files: ${places}; ${formatTrustHint(source)}`,
    at,
  });
}

/**
 * Removes settings that would try passwords, if a pull request may have changed their file. Returns a finding
 * for each.
 */
export function withoutUnpinnedGuesses(given: ResolvedSettings): {
  readonly given: ResolvedSettings;
  readonly findings: Finding[];
} {
  const guesses = [...given].filter(([name, one]) => options[name].risk === "guess" && isUnpinned(name, one));
  const names = guesses.map(([name]) => name);
  return {
    given: new Map([...given].filter(([name]) => !names.includes(name))),
    findings: guesses.map(([name, { source }]) =>
      makeFinding("setting-without-effect", {
        message: `${source.name} is not used: a pull request can change this file, and could make osac try passwords`,
        hint: `set it outside of the files: --${options[name].flag}, or ${options[name].env}; ${formatTrustHint(source)}`,
        at: source.at,
      }),
    ),
  };
}

/** The harm that a path outside of the directory could do. */
const harms = { write: "overwrite other files", read: "read other files" } as const;

/**
 * Refuses to read or write a path from a settings file that a pull request may have changed, unless the path
 * is below one of the roots without a link on the way.
 */
export function refuseUnpinnedPaths(
  given: ResolvedSettings,
  settings: Settings,
  roots: readonly string[],
): void {
  const findings = [...given].flatMap(([name, one]) => {
    const path = settings[name];
    const { risk } = options[name];
    if ((risk !== "write" && risk !== "read") || !isUnpinned(name, one)) return [];
    return typeof path === "string" && !roots.some((root) => liesWithin(root, path))
      ? [outsideFinding(options[name], one, path, harms[risk])]
      : [];
  });
  if (findings.length > 0) throw new OsacError("input", findings);
}

function outsideFinding(
  { flag, env }: Option<unknown>,
  { source }: GivenSetting,
  path: string,
  harm: string,
): Finding {
  return makeFinding("path-outside-directory", {
    message: `${source.name} names ${path}, which is outside the directory of the run, in .git, or behind a link: a pull request could make osac ${harm}`,
    hint: `name it outside of the files: --${flag} PATH, or ${env}; ${formatTrustHint(source)}`,
    at: source.at,
  });
}

/**
 * Returns true if a path is below a directory, without a link on the way; false for the root of the file
 * system, which contains everything.
 */
function liesWithin(root: string, path: string): boolean {
  const steps = relative(root, path).split(sep);
  if (root === parse(root).root || isGitPath(path) || steps.some((step) => ["", ".."].includes(step)))
    return false;
  return steps.every((_, index) => !isLink(join(root, ...steps.slice(0, index + 1))));
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}

function formatTrustHint({ at }: GivenSetting["source"]): string {
  return `or pass --config ${at?.file} to trust the whole file, or --settings-from REF to read it from a reviewed commit`;
}

/** Refuses to send a login unencrypted to another machine, unless `insecure` is set outside of the files. */
export function refusePlainLogin(given: ResolvedSettings, settings: Settings): void {
  const { url, insecure } = settings;
  const isMeant = insecure && !isUnpinned("insecure", given.get("insecure")!);
  if (!sendsPlainLogin(settings) || isLoopback(url) || isMeant) return;
  const { at } = given.get("url")!.source;
  throw failure("input", "plain-http", `${url} is not encrypted: anybody on the way could read the login`, {
    hint: "use https://; or pass --insecure to send it unencrypted",
    at,
  });
}

/** Returns findings about an unsafe connection, which every run prints. */
export function connectionFindings(settings: Settings): Finding[] {
  const { url, insecure, setBy } = settings;
  if (sendsPlainLogin(settings))
    return [
      makeFinding("plain-http", {
        severity: "warning",
        message: `osac sends the login to ${url} without encryption`,
        hint: "use https://",
      }),
    ];
  // An attacker in between could read the password and return false data.
  const message = `the certificate of ${url} is not checked (${setBy["insecure"]})`;
  return insecure
    ? [makeFinding("insecure", { message, hint: "pass its authority with --ca-cert instead" })]
    : [];
}

/**
 * Returns true if the login is sent without TLS. osac sends no client certificate without TLS, and never its
 * key.
 */
function sendsPlainLogin(settings: Settings): boolean {
  const { url, username, token, tokenFile, auth } = settings;
  return url.startsWith("http:") && [username, token, tokenFile, auth].some((one) => one !== undefined);
}

function isLoopback(url: string): boolean {
  return /^(?:localhost|.+\.localhost|127(?:\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);
}
