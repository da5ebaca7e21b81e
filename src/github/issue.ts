import { createHash } from "node:crypto";
import { printable } from "../report/printable.ts";
import type { Report } from "../report/command-result.ts";
import type { GitHub } from "./api.ts";
import type { Event } from "./event.ts";
import { createOrFind, formatMarker, findOwn, type TextTarget } from "./own-texts.ts";

/** The result of a completed check. */
export type Found =
  | {
      readonly isDrifted: true;
      /** Equal for the same findings. */
      readonly digest: string;
      readonly markdown: string;
    }
  | {
      readonly isDrifted: false;
      /** The reason why the drift is gone, if it is known. */
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

/** The state of the check that wrote an issue. */
interface IssueState {
  readonly digest: string;
  readonly run: number;
}

/** The most characters of a title on GitHub. */
const titleMax = 256;

/** Replaces the digest of a closed issue, so that the same drift counts as new. */
const cleared = "cleared";

/**
 * Updates the one issue of a target: opens it for the first drift, comments only if the drift changed,
 * reopens it instead of creating another, and closes it if a check finds no drift. Returns the issue's
 * number, if there is one.
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
  // A run that started later has written the issue already.
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

/** Describes drift that the issue does not show yet; undefined if the issue shows it. */
function describeNews({ state, body }: Issue, { digest }: Drifted): string | undefined {
  const isSaid = parseState(body ?? "").digest === digest;
  if (state === "closed") return isSaid ? "The drift is still there" : "There is drift again";
  return isSaid ? undefined : "The drift has changed";
}

/** Updates the issue and adds a comment, because GitHub does not notify people of an edit. */
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

/** Returns the digest of the drift in a report. The places of declarations are not part of it. */
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

/** Finds the issue, preferring an open one: the target may have several issues. */
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

/** Creates missing labels, and ignores errors: an issue without labels is better than none. */
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
