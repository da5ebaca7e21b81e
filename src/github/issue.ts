import { createHash } from "node:crypto";
import { printable } from "../report/printable.ts";
import type { Report } from "../report/report.ts";
import type { GitHub } from "./api.ts";
import type { Event } from "./event.ts";
import { createOrFind, formatMarker, findOwn, type TextTarget } from "./own-texts.ts";

/** What a check that came to a result found. */
export type Found =
  | {
      readonly isDrifted: true;
      /** The same for the same findings. */
      readonly digest: string;
      readonly markdown: string;
    }
  | {
      readonly isDrifted: false;
      /** What cleared it, where that is known. */
      readonly note: string;
    };

type Drifted = Extract<Found, { isDrifted: true }>;

interface Issue {
  readonly number: number;
  readonly state: "open" | "closed";
  readonly body: string | null;
  readonly user: { readonly login: string } | null;
  readonly pull_request?: object;
}

/** What an issue says of the check that wrote it. */
interface IssueState {
  readonly digest: string;
  readonly run: number;
}

/** GitHub takes no longer title. */
const titleMax = 256;

/** Stands for the digest of an issue that was closed, so that the same drift is news when it comes back. */
const cleared = "cleared";

/**
 * Brings the one issue of a target to what a check has found: opened at the first drift, said anew only when that
 * changes, reopened rather than duplicated, closed by the check that finds none. Gives its number, if there is one.
 */
export async function keepIssue(
  github: GitHub,
  event: Event,
  target: TextTarget,
  labels: readonly string[],
  found: Found,
): Promise<number | undefined> {
  const issue = await findIssue(github, event, target);
  if (!issue) return found.isDrifted ? openIssue(github, event, target, labels, found) : undefined;
  // A run that began later has the last word.
  if (parseState(issue.body ?? "").run > event.run.id) return issue.number;
  if (found.isDrifted) {
    const news = describeNews(issue, found);
    if (news !== undefined) await updateAndComment(github, event, target, issue, found, news);
    return issue.number;
  }
  if (issue.state === "closed") return undefined;
  await closeIssue(github, event, target, issue, found.note);
  return issue.number;
}

/** What there is to say of drift that was found; nothing, where the issue says it already. */
function describeNews({ state, body }: Issue, { digest }: Drifted): string | undefined {
  const isSaid = parseState(body ?? "").digest === digest;
  if (state === "closed") return isSaid ? "The drift is still there" : "There is drift again";
  return isSaid ? undefined : "The drift has changed";
}

/** Nobody is told of a body that is edited, so that a comment says so. */
async function updateAndComment(
  github: GitHub,
  event: Event,
  target: TextTarget,
  { number }: Issue,
  found: Drifted,
  news: string,
): Promise<void> {
  const path = `${repositoryPath(event)}/issues/${number}`;
  await github.send("PATCH", path, { state: "open", body: formatBody(event, target, found) });
  await addComment(github, path, `${news}, as the description has it now: ${formatRunLink(event)}.`);
}

/** The digest of what a report says of drift; where something is declared is no part of that. */
export function digestDrift({ document }: Report, more = ""): string {
  const { changes, skipped, unmanaged, drift } = document as Extract<
    Report["document"],
    { changes: unknown }
  >;
  const facts = [
    changes.map(({ action, kind, name, fields, cause }) => ({ action, kind, name, fields, cause })),
    skipped.filter(({ differs }) => differs).map(({ kind, name, reason }) => ({ kind, name, reason })),
    drift?.failOn.includes("unmanaged") ? unmanaged.map(({ kind, name }) => ({ kind, name })) : [],
    more,
  ];
  return createHash("sha256").update(JSON.stringify(facts)).digest("hex").slice(0, 32);
}

/** Open ones first: somebody may have made a second one before this rule was kept. */
async function findIssue(github: GitHub, event: Event, target: TextTarget): Promise<Issue | undefined> {
  const path = `${repositoryPath(event)}/issues?state=all`;
  const own = (await findOwn<Issue>(github, path, formatMarker("drift", target))).filter(
    ({ pull_request }) => !pull_request,
  );
  return own.find(({ state }) => state === "open") ?? own[0];
}

async function openIssue(
  github: GitHub,
  event: Event,
  target: TextTarget,
  labels: readonly string[],
  found: Drifted,
): Promise<number> {
  await createLabels(github, event, labels);
  const path = `${repositoryPath(event)}/issues`;
  const issue = { title: formatTitle(target), body: formatBody(event, target, found), labels };
  const { number } = await createOrFind(
    async () => github.send<Issue>("POST", path, issue),
    async () => findIssue(github, event, target),
  );
  return number;
}

function formatTitle({ label, directory }: TextTarget): string {
  const title = `Drift: ${printable([label, directory].filter((part) => part !== "").join(", "))}`;
  return title.length <= titleMax ? title : `${title.slice(0, titleMax - 1)}…`;
}

/** An issue without its label is better than none, and whoever may not write either is told so by the issue. */
async function createLabels(github: GitHub, event: Event, labels: readonly string[]): Promise<void> {
  if (labels.length === 0) return;
  const path = `${repositoryPath(event)}/labels`;
  try {
    const there = (await github.all<{ name: string }>(path)).map(({ name }) => name.toLowerCase());
    for (const name of labels.filter((one) => !there.includes(one.toLowerCase())))
      await github.send("POST", path, { name });
  } catch {
    return;
  }
}

async function closeIssue(
  github: GitHub,
  event: Event,
  target: TextTarget,
  { number, body }: Issue,
  note: string,
): Promise<void> {
  const path = `${repositoryPath(event)}/issues/${number}`;
  const message = `No drift any more, at commit ${event.commit}: ${formatRunLink(event)}.`;
  await addComment(github, path, [message, note].join("\n\n").trim());
  const [, , ...said] = (body ?? "").split("\n");
  const closed = [formatMarker("drift", target), formatState(cleared, event), ...said].join("\n");
  await github.send("PATCH", path, { state: "closed", state_reason: "completed", body: closed });
}

async function addComment(github: GitHub, issuePath: string, body: string): Promise<void> {
  await github.send("POST", `${issuePath}/comments`, { body });
}

function formatRunLink({ runUrl }: Event): string {
  return `[run](${runUrl})`;
}

function repositoryPath({ repository }: Event): string {
  return `/repos/${repository}`;
}

function formatBody(event: Event, target: TextTarget, { digest, markdown }: Drifted): string {
  return `${formatMarker("drift", target)}\n${formatState(digest, event)}\n${markdown}`;
}

function formatState(digest: string, { run }: Event): string {
  return `<!-- osac:found ${digest} ${run.id} -->`;
}

function parseState(body: string): IssueState {
  const [, digest = "", run = "0"] = /^<!-- osac:found (\w+) (\d+) -->$/m.exec(body) ?? [];
  return { digest, run: Number(run) };
}
