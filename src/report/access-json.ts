import { findEscalations } from "../access/escalation/index.ts";
import type { Answer, Decision, Link, Restrictions } from "../access/effective/index.ts";
import type { Sight } from "../access/questions/find-sights.ts";
import type { Proposal } from "../access/questions/propose-change.ts";
import type { AccessBasis } from "../engine/load-access.ts";
import { exitCodes, type ExitReason } from "../exit-codes.ts";
import type { AccessChange, AccessDifference } from "../model/access-change.ts";
import type { Escalation } from "../model/escalation.ts";
import type { Place } from "../model/finding.ts";
import type { Verification } from "../model/verification.ts";
import type { Value } from "../model/value.ts";
import { formatVersion } from "../value/version.ts";
import type { List, Question, Recorded } from "./access-text.ts";
import { documentVersion, type FailureDocument } from "./json-text.ts";

/** The files or the cluster that an answer was computed from. */
interface BasisDocument {
  readonly from: string;
  readonly serverVersion: string;
  readonly serverVersionFrom: string;
  /** The number of known names of the cluster; null if no names were known. */
  readonly names: {
    readonly from: string;
    readonly indices: number;
    readonly aliases: number;
    readonly dataStreams: number;
  } | null;
  /** The given settings of `opensearch.yml`; all others have the product's default. */
  readonly nodeSettings: object;
  /** Resource types without a file, which count as empty. */
  readonly takenForEmpty: readonly string[];
}

/** An entry of an entity, with its place. */
interface LinkDocument extends Link {
  readonly at: Place | null;
}

/**
 * The JSON document of `osac access can` and `osac access explain`; its schema is
 * `schemas/access.schema.json`.
 */
export interface AnswerDocument {
  readonly version: number;
  readonly command: string;
  readonly exitCode: number;
  readonly subject: string;
  readonly operation: string;
  readonly target: string;
  readonly verdict: Decision["verdict"];
  /** The effect of a request that is permitted in part. */
  readonly effect: string | null;
  /** The permitted names, if only some are permitted. */
  readonly names: readonly string[];
  readonly because: readonly {
    readonly action: string;
    readonly name: string | null;
    readonly chain: readonly LinkDocument[];
  }[];
  readonly missing: readonly {
    readonly need: string;
    readonly what: string;
    readonly names: readonly string[];
    readonly nearest: readonly LinkDocument[];
  }[];
  readonly reasons: readonly { readonly code: string; readonly text: string }[];
  /** The names of callers who can, where a role names the index or the tenant after its user. */
  readonly namesakes: readonly string[];
  /** The answers of the cluster, asked as the subject; null without `--verify`. */
  readonly verification: Verification | null;
  readonly basis: BasisDocument;
}

/** Makes the document of the answer to one question. */
export function answerDocument(
  command: string,
  { subject, what, target, namesakes, verification }: Question,
  { decision }: Answer,
  basis: AccessBasis,
  reason: ExitReason,
): AnswerDocument {
  const place = (link: Link): LinkDocument => ({ ...link, at: basis.locate(link) ?? null });
  return {
    version: documentVersion,
    command,
    exitCode: exitCodes[reason].code,
    subject,
    operation: what,
    target,
    verdict: decision.verdict,
    effect: decision.verdict === "partly" ? decision.effect : null,
    names: decision.verdict === "partly" ? decision.names : [],
    because: ("because" in decision ? decision.because : []).map(({ action, name, chain }) => ({
      action,
      name: name ?? null,
      chain: chain.map(place),
    })),
    missing: ("missing" in decision ? decision.missing : []).map(({ nearest, ...one }) => ({
      ...one,
      nearest: nearest.map(place),
    })),
    reasons: decision.verdict === "unknown" ? decision.reasons : [],
    namesakes,
    verification: verification ?? null,
    basis: basisDocument(basis),
  };
}

/** A proposal with the places of its entries, and what it gives. */
interface ProposalDocument {
  readonly additions: readonly { readonly at: Place | null; readonly entry: Value }[];
  readonly access: readonly AccessChange[];
}

/** Makes the document of a change that would permit the operation. */
export function proposalDocument(
  { additions, effects }: Proposal,
  { locate }: AccessBasis,
): ProposalDocument {
  return {
    additions: additions.map(({ to, entry }) => ({ ...to, at: locate(to) ?? null, entry })),
    access: effects,
  };
}

/** Makes the document of what a caller sees of an index. */
export function sightDocument({ name, restrictions }: Sight): object {
  return { name, ...restrictionDocument(restrictions) };
}

function restrictionDocument({ documents, fields, masks }: Restrictions): object {
  return {
    documents: documents.are,
    queries: documents.are === "some" ? documents.queries.map(({ value }) => value) : [],
    fields: fields.are,
    fieldPatterns: "patterns" in fields ? fields.patterns.map(({ value }) => value) : [],
    masks: masks.are,
    maskPatterns: "patterns" in masks ? masks.patterns.map(({ value }) => value) : [],
  };
}

/** Makes the part of a document that says what an answer was computed from. */
export function basisDocument({ from, version, access, facts, absent }: AccessBasis): BasisDocument {
  return {
    from,
    serverVersion: formatVersion(version.value),
    serverVersionFrom: version.setBy,
    names: namesDocument(access, facts.namesFrom),
    nodeSettings: facts.settings,
    takenForEmpty: absent,
  };
}

function namesDocument(
  { names }: AccessBasis["access"],
  from: string | undefined = "",
): BasisDocument["names"] {
  if (names === undefined) return null;
  const { indices, aliases, streams } = names;
  return { from, indices: indices.size, aliases: aliases.size, dataStreams: streams.size };
}

/** Makes the JSON document of `osac access list`. */
export function listDocument(
  { subject, caller: { roles, obstacle }, listed, verifications }: List,
  basis: AccessBasis,
): object {
  const isWrong = verifications?.some(({ verification }) => verification.result === "disagrees");
  return {
    ...documentHead("access list"),
    exitCode: exitCodes[isWrong ? "unknown" : "done"].code,
    subject,
    obstacle: obstacle?.what ?? null,
    roles: roles.map(({ name, doubt }) => ({ name, doubt: doubt?.text ?? null })),
    ...listed,
    indices: listed.indices.map(({ restrictions, ...line }) => ({
      ...line,
      restrictions: restrictions === undefined ? null : restrictionDocument(restrictions),
    })),
    verifications: verifications ?? null,
    basis: basisDocument(basis),
  };
}

/** Makes the JSON document of `osac access who`. */
export function whoDocument(
  { what, target }: Pick<Question, "what" | "target">,
  holders: readonly { readonly subject: string; readonly answer: Answer }[],
  basis: AccessBasis,
): object {
  return {
    ...documentHead("access who"),
    operation: what,
    target,
    holders: holders.map(({ subject, answer: { decision } }) => ({ subject, verdict: decision.verdict })),
    basis: basisDocument(basis),
  };
}

function documentHead(command: string): object {
  return { version: documentVersion, command, exitCode: exitCodes.done.code };
}

/** The JSON document of `osac access diff`. */
export interface DifferenceDocument extends FailureDocument {
  readonly before: string;
  readonly after: string;
  readonly access: AccessDifference["changes"];
  readonly escalations: readonly Escalation[];
  readonly accessDoubts: AccessDifference["doubts"];
  readonly basis: BasisDocument;
}

/** Makes the JSON document of `osac access diff`. */
export function differenceDocument(
  sides: { readonly before: string; readonly after: string },
  { changes, escalations, doubts }: AccessDifference,
  basis: AccessBasis,
  exitCode: number,
): DifferenceDocument {
  const count = (wanted: AccessChange["direction"]): number =>
    changes.filter(({ direction }) => direction === wanted).length;
  return {
    version: documentVersion,
    command: "access diff",
    exitCode,
    ...sides,
    summary: { gains: count("gain"), losses: count("loss"), changes: count("change") },
    access: changes,
    escalations: findEscalations(escalations, []),
    accessDoubts: doubts,
    basis: basisDocument(basis),
    findings: [],
  };
}

/** Makes the JSON document of `osac access record`. */
export function recordDocument(recorded: readonly Recorded[], basis: AccessBasis, exitCode: number): object {
  const files = recorded.map(({ isExact: exact, ...file }) => ({ ...file, exact }));
  return { version: documentVersion, command: "access record", exitCode, files, basis: basisDocument(basis) };
}
