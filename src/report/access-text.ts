import type { AccessBasis } from "../engine/load-access.ts";
import type {
  Answer,
  Because,
  Caller,
  Decision,
  Missing,
  Partly,
  Unknown,
} from "../access/effective/index.ts";
import type { Addition, Proposal } from "../access/questions/propose-change.ts";
import type { Sight } from "../access/questions/find-sights.ts";
import type { ListedAccess, NamedAccess } from "../access/questions/list-access.ts";
import type { ListVerification, Verification } from "../model/verification.ts";
import { kinds } from "../kinds/index.ts";
import { formatChange } from "./access-difference-text.ts";
import { formatPath } from "../value/path.ts";
import { formatVersion } from "../value/version.ts";
import { formatQuantity, pathWithin } from "./findings-text.ts";
import { plain } from "./markdown.ts";
import { formatItem, formatValue, printable } from "./printable.ts";
import { linkText } from "./link-text.ts";
import { restrictionLines, sightsText } from "./sights-text.ts";
import { listVerificationText, verificationText } from "./verification-text.ts";
import { applyStyle, type Style, type Theme } from "./theme.ts";

/** A question as the caller typed it. */
export interface Question {
  readonly subject: string;
  readonly what: string;
  readonly target: string;
  /** The names of callers who can, where a role names the index or the tenant after its user. */
  readonly namesakes: readonly string[];
  /** What the cluster answered, if it was asked. */
  readonly verification?: Verification | undefined;
}

const styles: Readonly<Record<Decision["verdict"], Style>> = {
  allowed: "green",
  partly: "yellow",
  denied: "red",
  unknown: "yellow",
};

/** Formats the answer in one line, then what is missing, then what the answer was computed from. */
export function answerText(
  question: Question,
  { decision }: Answer,
  basis: AccessBasis,
  theme: Theme,
): string {
  return [
    verdictLine(question, decision, theme),
    missingText(question, decision),
    verificationText(question.verification, question.subject, theme),
    basisText(basis, theme),
  ].join("");
}

/**
 * Formats the answer with the chain of entries behind each permission, or the entries that come closest to
 * it.
 */
export function explanationText(
  question: Question,
  { decision }: Answer,
  { proposals, sights }: { readonly proposals: readonly Proposal[]; readonly sights: readonly Sight[] },
  basis: AccessBasis,
  theme: Theme,
): string {
  const chains = "because" in decision ? decision.because.map((one) => becauseText(one, basis)).join("") : "";
  const missing =
    "missing" in decision ? decision.missing.map((one) => missingLine(one) + nearestText(one, basis)) : [];
  return [
    verdictLine(question, decision, theme),
    chains,
    sightsText(sights, basis),
    ...missing,
    decision.verdict === "unknown" ? reasonsText(question, decision.reasons) : "",
    namesakesText(question),
    verificationText(question.verification, question.subject, theme),
    ...proposals.map((proposal, place) => proposalText(proposal, place === 0, basis)),
    basisText(basis, theme),
  ].join("");
}

function verdictLine({ subject, what, target }: Question, decision: Decision, theme: Theme): string {
  const { verdict } = decision;
  const can = isMissing(decision) ? "is permitted to" : verdictWords[verdict];
  const onTarget = target === "cluster" ? "" : `, on ${target}`;
  const word = applyStyle(theme, ["bold", styles[verdict]], `${verdict}:`);
  return `${word} ${printable(`${subject} ${can} ${what}${onTarget}`)}${effectText(decision)}\n`;
}

const verdictWords: Readonly<Record<Decision["verdict"], string>> = {
  allowed: "can",
  partly: "can, in part:",
  denied: "cannot",
  unknown: "can, or cannot:",
};

/** True if the caller has every permission, and only the index is missing. */
function isMissing(decision: Decision): boolean {
  return decision.verdict === "partly" && decision.effect === "404";
}

function effectText(decision: Decision): string {
  if (decision.verdict === "allowed")
    return decision.because.length === 0 ? " (no permission is asked for)" : "";
  if (decision.verdict !== "partly") return "";
  return `\n  ${effectTexts[decision.effect](decision.names.map(formatItem).join(", "))}`;
}

const effectTexts: Readonly<Record<Partly["effect"], (permitted: string) => string>> = {
  "403": (permitted) => `the server refuses the whole request (403); permitted are ${permitted}`,
  shrunk: (permitted) => `the server answers with what is permitted, and leaves out the rest: ${permitted}`,
  emptied: () => "the server answers with nothing, and no error",
  "404": () => "but the server answers 404: no index, alias or data stream has a name that is asked for",
};

function missingText(question: Question, decision: Decision): string {
  if (decision.verdict === "unknown") return reasonsText(question, decision.reasons);
  const missing = "missing" in decision ? decision.missing.map(missingLine).join("") : "";
  return missing + namesakesText(question);
}

function namesakesText({ namesakes }: Question): string {
  return namesakes
    .map((name) => `  but a caller whose name is ${formatItem(name)} can: a role names it after its user\n`)
    .join("");
}

/** Formats the reasons why the answer is unknown, and what would settle it. */
function reasonsText({ subject }: Pick<Question, "subject">, reasons: readonly Unknown[]): string {
  const byText = new Map(reasons.map((reason) => [reason.text, reason]));
  return [...byText.values()]
    .map(({ code, text }) => {
      const settling = code === "variable" ? settleVariable(subject) : settlers[code];
      return `  ${formatValue(text)}${settling === undefined ? "" : ` (${settling})`}\n`;
    })
    .join("");
}

const settlers: Readonly<Partial<Record<Unknown["code"], string>>> = {
  "cluster-names": "--live, or --facts FILE",
  address: "--address IP",
  "backend-roles": "--backend-role ROLE",
};

/** Only a question about an external user can have attributes. */
function settleVariable(subject: string): string {
  const attribute = "--attribute NAME=VALUE";
  const [kind, name] = [subject.split(":", 1)[0], subject.slice(subject.indexOf(":") + 1)];
  if (kind === "role") return `ask for external:NAME --backend-role ${name} ${attribute}`;
  return kind === "everyone" ? `ask for external:NAME ${attribute}` : attribute;
}

export function missingLine({ need, what, names }: Missing): string {
  const on = names.length === 0 ? "" : ` on ${names.map(formatItem).join(", ")}`;
  const text = {
    "cluster-permission": `missing: the cluster permission ${what}`,
    "index-permission": `missing: the index permission ${what}${on}`,
    tenant: `missing: permission to ${what} the tenant ${names.join(", ")}`,
    login: what,
    rule: `${what}${on}`,
  }[need];
  return `  ${printable(text)}\n`;
}

function nearestText({ nearest }: Missing, basis: AccessBasis): string {
  return nearest.map((link) => `    closest: ${linkText(link, basis)}\n`).join("");
}

function becauseText({ action, name, chain }: Because, basis: AccessBasis): string {
  const on = name === undefined ? "" : ` on ${formatItem(name)}`;
  const links = chain.map((link) => `    ${linkText(link, basis)}\n`).join("");
  return `  ${printable(action)}${on}\n${links}`;
}

/** Formats the entries to add, the files to add them to, and who gains what by them. */
function proposalText({ additions, effects }: Proposal, isFirst: boolean, basis: AccessBasis): string {
  const lines = additions.map((one) => additionText(one, basis));
  const gains = effects.map((effect) => `    then ${formatChange({ ...effect, causes: [] })}\n`);
  const title = isFirst ? "to permit it, add:" : "or, with more rights, add:";
  return `  ${title}\n${lines.join("")}${gains.join("")}`;
}

function additionText({ to, entry }: Addition, basis: AccessBasis): string {
  const at = basis.locate(to);
  const file = at
    ? `${printable(at.file)}:${at.line}:${at.column}`
    : pathWithin(basis.directory ?? ".", kinds[to.kind].file);
  const path = formatPath(to.pointer);
  return `    ${file}: ${to.kind}/${formatItem(to.name)}: ${path}: ${formatValue(JSON.stringify(entry))}\n`;
}

/** Formats the files or the cluster that the answer was computed from. */
export function basisText(basis: AccessBasis, theme: Theme = plain): string {
  const { version, from } = basis;
  const lines = [
    `computed for OpenSearch ${formatVersion(version.value)} (${version.setBy}) from ${from}`,
    ...absentLines(basis),
    namesLine(basis),
    settingsLine(basis),
  ];
  return `\n${lines.map((line) => `${applyStyle(theme, "dim", printable(line))}\n`).join("")}`;
}

function absentLines({ absent }: AccessBasis): string[] {
  if (absent.length === 0) return [];
  const files = absent.map((kind) => kinds[kind].file).join(", ");
  return [`no ${files}: taken as empty`];
}

function namesLine({ access: { names }, facts: { namesFrom } }: AccessBasis): string {
  if (names === undefined)
    return "index names unknown: assuming no aliases and no data streams (osac access facts reads them)";
  const counts = [
    formatQuantity(names.indices.size, "index name"),
    formatQuantity(names.aliases.size, "alias name"),
    formatQuantity(names.streams.size, "data stream"),
  ];
  return `with ${counts.join(", ")} from ${namesFrom}`;
}

function settingsLine({ facts: { settings } }: AccessBasis): string {
  const given = Object.entries(settings).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return given.length === 0
    ? "node settings: the product's defaults (facts.settings in osac.yml)"
    : `node settings: ${given.join(", ")}; the rest the product's defaults`;
}

/** What a subject can do. */
export interface List {
  readonly subject: string;
  readonly caller: Caller;
  readonly listed: ListedAccess;
  /** What the cluster answered, if it was asked. */
  readonly verifications?: readonly ListVerification[] | undefined;
}

/** Formats what a subject can do, by the cluster, names and tenants. */
export function listText(
  { subject, caller, listed: { cluster, indices, unmatchedPatterns, tenants }, verifications }: List,
  basis: AccessBasis,
  theme: Theme,
): string {
  const title = applyStyle(theme, "bold", printable(subject));
  const obstacle = caller.obstacle === undefined ? "" : `  ${printable(caller.obstacle.what)}\n`;
  const roles = caller.roles.map((role) => roleText(role, basis));
  const onNames = [cluster, ...indices].map((one) => namedText(one, basis));
  const onTenants = tenants.map(({ name, access }) => `  tenant ${formatItem(name)}: ${access}\n`);
  const lines = [obstacle, ...roles, ...onNames, unmatchedText(unmatchedPatterns), ...onTenants].join("");
  const verified = verifications === undefined ? "" : listVerificationText(verifications, subject, theme);
  return `${title}\n${lines === "" ? "  can do nothing\n" : lines}${verified}${basisText(basis, theme)}`;
}

/** Without this line a reader would take a list of indices for all that the roles permit. */
function unmatchedText(patterns: readonly string[]): string {
  if (patterns.length === 0) return "";
  return `  no index matches these patterns of its roles: ${patterns.map(formatItem).join(", ")}\n`;
}

function roleText({ name, chain, doubt }: Caller["roles"][number], basis: AccessBasis): string {
  const perhaps = doubt ? ` (perhaps: ${formatValue(doubt.text)})` : "";
  const links = chain.map((link) => `    ${linkText(link, basis)}\n`).join("");
  return `  role ${formatItem(name)}${perhaps}\n${links}`;
}

function namedText(
  { names, example, operations, unknown, restrictions }: NamedAccess,
  basis: AccessBasis,
): string {
  const asked = example === undefined ? "" : ` (asked for ${formatItem(example)})`;
  const lines = [
    ...(operations.length === 0 ? [] : [`can ${operations.join(", ")}`]),
    ...(restrictions ? restrictionLines(restrictions, basis).map((line) => `restricted: ${line}`) : []),
    ...(unknown.length === 0 ? [] : [`osac cannot tell: ${unknown.join(", ")}`]),
  ];
  if (lines.length === 0) return "";
  return `  ${names.map(formatItem).join(", ")}${asked}\n${lines.map((line) => `    ${line}\n`).join("")}`;
}

/** Formats the subjects that can do something, one a line, with the entry that permits it. */
export function whoText(
  { what, target }: Pick<Question, "what" | "target">,
  holders: readonly { readonly subject: string; readonly answer: Answer }[],
  basis: AccessBasis,
  theme: Theme,
): string {
  const title = applyStyle(theme, "bold", printable(`${what}, on ${target}`));
  const lines = holders.map(({ subject, answer: { decision } }) => {
    const [link] = "because" in decision ? (decision.because[0]?.chain ?? []) : [];
    const why = decision.verdict === "unknown" ? `: ${formatValue(decision.reasons[0]!.text)}` : "";
    const word = decision.verdict === "allowed" ? "" : ` (${decision.verdict}${why})`;
    return `  ${printable(subject)}${word}${link ? `  ${linkText(link, basis)}` : ""}\n`;
  });
  return `${title}\n${lines.length === 0 ? "  nobody\n" : lines.join("")}${basisText(basis, theme)}`;
}

/** A file with a recorded access test. */
export interface Recorded {
  readonly file: string;
  readonly result: "written" | "unchanged";
  readonly subject: string;
  /** The test says that the subject can do nothing else. */
  readonly isExact: boolean;
  /** The answers that the test lacks, because osac does not know them. */
  readonly unknown: number;
}

/** Formats the files with recorded access tests, one a line. */
export function recordText(recorded: readonly Recorded[], basis: AccessBasis, theme: Theme): string {
  const lines = recorded.map(({ file, result, subject, isExact, unknown }) => {
    const what = isExact ? "can do this and nothing else" : "can and cannot do this";
    const left = unknown === 0 ? "" : `, without ${formatQuantity(unknown, "unknown answer")}`;
    return `${printable(`${file}: ${result}: ${subject} ${what}${left}`)}\n`;
  });
  const isSome = recorded.some(({ isExact }) => !isExact);
  const hint =
    isSome && basis.access.names === undefined
      ? "  with the names of the cluster (--facts FILE, or --live) the tests can say: nothing else\n"
      : "";
  return `${lines.join("")}${hint}${basisText(basis, theme)}`;
}
