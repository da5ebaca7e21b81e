import { createHash } from "node:crypto";
import { printable } from "../report/printable.ts";
import type { Report } from "../report/report.ts";
import type { GitHub } from "./api.ts";
import type { Event } from "./event.ts";
import { created, markerOf, ownAmong, type Target } from "./own.ts";

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
interface State {
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
  target: Target,
  labels: readonly string[],
  found: Found,
): Promise<number | undefined> {
  const issue = await findIssue(github, event, target);
  if (!issue) return found.isDrifted ? open(github, event, target, labels, found) : undefined;
  // A run that began later has the last word.
  if (stateOf(issue.body ?? "").run > event.run.id) return issue.number;
  if (found.isDrifted) {
    const news = newsOf(issue, found);
    if (news !== undefined) await tell(github, event, target, issue, found, news);
    return issue.number;
  }
  if (issue.state === "closed") return undefined;
  await close(github, event, target, issue, found.note);
  return issue.number;
}

/** What there is to say of drift that was found; nothing, where the issue says it already. */
function newsOf({ state, body }: Issue, { digest }: Drifted): string | undefined {
  const isSaid = stateOf(body ?? "").digest === digest;
  if (state === "closed") return isSaid ? "The drift is still there" : "There is drift again";
  return isSaid ? undefined : "The drift has changed";
}

/** Nobody is told of a body that is edited, so that a comment says so. */
async function tell(
  github: GitHub,
  event: Event,
  target: Target,
  { number }: Issue,
  found: Drifted,
  news: string,
): Promise<void> {
  const path = `${repositoryOf(event)}/issues/${number}`;
  await github.send("PATCH", path, { state: "open", body: bodyOf(event, target, found) });
  await comment(github, path, `${news}, as the description has it now: ${byRun(event)}.`);
}

/** The digest of what a report says of drift; where something is declared is no part of that. */
export function digestOf({ document }: Report, more = ""): string {
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
async function findIssue(github: GitHub, event: Event, target: Target): Promise<Issue | undefined> {
  const path = `${repositoryOf(event)}/issues?state=all`;
  const own = (await ownAmong<Issue>(github, path, markerOf("drift", target))).filter(
    ({ pull_request }) => !pull_request,
  );
  return own.find(({ state }) => state === "open") ?? own[0];
}

async function open(
  github: GitHub,
  event: Event,
  target: Target,
  labels: readonly string[],
  found: Drifted,
): Promise<number> {
  await createLabels(github, event, labels);
  const title = titleOf(target);
  const path = `${repositoryOf(event)}/issues`;
  const body = bodyOf(event, target, found);
  const { number } = await created(
    async () => github.send<Issue>("POST", path, { title, body, labels }),
    async () => findIssue(github, event, target),
  );
  return number;
}

function titleOf({ label, directory }: Target): string {
  const title = `Drift: ${printable([label, directory].filter((part) => part !== "").join(", "))}`;
  return title.length <= titleMax ? title : `${title.slice(0, titleMax - 1)}…`;
}

/** An issue without its label is better than none, and whoever may not write either is told so by the issue. */
async function createLabels(github: GitHub, event: Event, labels: readonly string[]): Promise<void> {
  if (labels.length === 0) return;
  const path = `${repositoryOf(event)}/labels`;
  try {
    const there = (await github.all<{ name: string }>(path)).map(({ name }) => name.toLowerCase());
    for (const name of labels.filter((one) => !there.includes(one.toLowerCase())))
      await github.send("POST", path, { name });
  } catch {
    return;
  }
}

async function close(
  github: GitHub,
  event: Event,
  target: Target,
  { number, body }: Issue,
  note: string,
): Promise<void> {
  const path = `${repositoryOf(event)}/issues/${number}`;
  await comment(
    github,
    path,
    [`No drift any more, at commit ${event.commit}: ${byRun(event)}.`, note].join("\n\n").trim(),
  );
  const [, , ...said] = (body ?? "").split("\n");
  const closed = [markerOf("drift", target), stateLine(cleared, event), ...said].join("\n");
  await github.send("PATCH", path, { state: "closed", state_reason: "completed", body: closed });
}

async function comment(github: GitHub, issuePath: string, body: string): Promise<void> {
  await github.send("POST", `${issuePath}/comments`, { body });
}

function byRun({ runUrl }: Event): string {
  return `[run](${runUrl})`;
}

function repositoryOf({ repository }: Event): string {
  return `/repos/${repository}`;
}

function bodyOf(event: Event, target: Target, { digest, markdown }: Drifted): string {
  return `${markerOf("drift", target)}\n${stateLine(digest, event)}\n${markdown}`;
}

function stateLine(digest: string, { run }: Event): string {
  return `<!-- osac:found ${digest} ${run.id} -->`;
}

function stateOf(body: string): State {
  const [, digest = "", run = "0"] = /^<!-- osac:found (\w+) (\d+) -->$/m.exec(body) ?? [];
  return { digest, run: Number(run) };
}
