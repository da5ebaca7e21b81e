import type { GitHub } from "./api.ts";
import type { Event, Run } from "./event.ts";
import { createOrFind, formatMarker, findOwn, type TextTarget } from "./own-texts.ts";

/** GitHub accepts 65,536 characters. */
export const commentMax = 60_000;

interface Comment {
  readonly id: number;
  readonly body?: string;
  readonly html_url: string;
  readonly user: { readonly login: string } | null;
}

/** The commit and run of a comment. */
interface CommentState {
  readonly commit: string;
  readonly run: Run;
}

/** The result of writing a comment. */
interface WrittenComment {
  readonly url?: string;
}

/** The one comment that osac keeps on a pull request. */
export interface StickyComment {
  /** Strikes the heading through if the comment is about an older commit than the event's. */
  markOutdated(): Promise<void>;
  /** Updates the comment, or creates one if `mayCreate`. A comment of a later run stays as it is. */
  write(markdown: string, mayCreate: boolean): Promise<WrittenComment>;
}

/** Opens the comment of a pull request. Sends no request. */
export function openStickyComment(
  github: GitHub,
  event: Event,
  number: number,
  target: TextTarget,
): StickyComment {
  const base = `/repos/${event.repository}`;
  const marker = formatMarker("comment", target);
  const path = `${base}/issues/${number}/comments`;
  const find = async (): Promise<Comment | undefined> => (await findOwn<Comment>(github, path, marker))[0];
  const edit = async ({ id }: Comment, body: string): Promise<Comment> =>
    github.send("PATCH", `${base}/issues/comments/${id}`, { body });
  const create = async (body: string): Promise<Comment> =>
    createOrFind(async () => github.send<Comment>("POST", path, { body }), find);
  return {
    markOutdated: async () => {
      const comment = await find();
      const about = comment && parseState(comment.body ?? "");
      if (!comment || !about || about.commit === event.commit || !isBefore(about.run, event.run)) return;
      await edit(comment, markOutdated(comment.body ?? "", event.commit));
    },
    write: async (markdown, mayCreate) => {
      const comment = await find();
      if (comment && isOfLaterRun(comment, event)) return { url: comment.html_url };
      const head = await readHead(github, event, number);
      const body = `${marker}\n${formatState(event)}\n${markdown}`;
      const text = head === undefined || head === event.commit ? body : markOutdated(body, head);
      if (!comment && !mayCreate) return {};
      return { url: (comment ? await edit(comment, text) : await create(text)).html_url };
    },
  };
}

/** Reads the newest commit of the run's pull request; undefined for a pull request that is merged. */
async function readHead(github: GitHub, event: Event, number: number): Promise<string | undefined> {
  if (event.pullRequest?.number !== number) return undefined;
  const { head } = await github.get<{ head: { sha: string } }>(`/repos/${event.repository}/pulls/${number}`);
  return head.sha;
}

function isOfLaterRun({ body = "" }: Comment, { run }: Event): boolean {
  const about = parseState(body);
  return about !== undefined && !isBefore(about.run, run);
}

/** Returns true if the run `newer` may overwrite the comment of `older`: the same run, or an earlier one. */
function isBefore(older: Run, newer: Run): boolean {
  return older.id < newer.id || (older.id === newer.id && older.attempt <= newer.attempt);
}

function formatState({ commit, run }: Event): string {
  return `<!-- osac:state ${commit} ${run.id} ${run.attempt} -->`;
}

function parseState(body: string): CommentState | undefined {
  const [, commit, id, attempt] = /^<!-- osac:state (\w*) (\d+) (\d+) -->$/m.exec(body) ?? [];
  return commit === undefined ? undefined : { commit, run: { id: Number(id), attempt: Number(attempt) } };
}

/** Marks a comment as outdated, because a newer commit exists. */
function markOutdated(body: string, newer: string): string {
  const lines = body.split("\n");
  const index = lines.findIndex((line) => line.startsWith("### "));
  const heading = lines[index];
  if (heading === undefined || heading.startsWith("### ~~")) return body;
  const note = `**Outdated:** \`${newer.slice(0, 12)}\` is newer. This report is not about it.`;
  return [...lines.slice(0, index), `### ~~${heading.slice(4)}~~`, "", note, ...lines.slice(index + 1)].join(
    "\n",
  );
}

/** Finds the merged pull request that contains the commit. */
export async function findPullRequest(
  github: GitHub,
  { repository, commit }: Event,
): Promise<number | undefined> {
  const pulls = await github.all<{ number: number; merged_at: string | null }>(
    `/repos/${repository}/commits/${commit}/pulls`,
  );
  return pulls.find(({ merged_at }) => merged_at !== null)?.number;
}
