import { readFileSync } from "node:fs";
import { asRecord } from "../cluster/as-record.ts";
import { failure } from "../errors.ts";
import type { Json } from "../model/value.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** What started the run, and what it is about. */
export interface Event {
  readonly name: string;
  /** `owner/name`. */
  readonly repository: string;
  /** The commit that is planned or applied; of a pull request, its head. */
  readonly commit: string;
  readonly run: Run;
  /** Where the run can be looked at. */
  readonly runUrl: string;
  readonly pullRequest?: { readonly number: number } | undefined;
  /** Of a pull request, the commit that it is to be merged into. */
  readonly base?: Base | undefined;
  /** Why there are no secrets, where that is so; such a run compares nothing with a cluster. */
  readonly untrusted?: string | undefined;
  /** Where a stranger can cause the event: the commits that are the repository's own all the same. */
  readonly ownCommits?: readonly string[] | undefined;
}

/** What a pull request is to be merged into. */
interface Base {
  readonly commit: string;
  /** Whoever may push decides what any other branch holds. */
  readonly isDefault: boolean;
}

/** Runs are numbered in the order in which they began. */
export interface Run {
  readonly id: number;
  readonly attempt: number;
}

/** Reads the event as the runner hands it over. */
export function readEvent(env: Environment): Event {
  const name = env["GITHUB_EVENT_NAME"] ?? "";
  const payload = readPayload(env["GITHUB_EVENT_PATH"]);
  const pull = asRecord(payload["pull_request"]);
  const repository = env["GITHUB_REPOSITORY"] ?? "";
  const run = { id: Number(env["GITHUB_RUN_ID"] ?? 0), attempt: Number(env["GITHUB_RUN_ATTEMPT"] ?? 1) };
  const [head, base] = [asRecord(pull["head"]), readBase(asRecord(pull["base"]))];
  const untrusted = explainUntrusted(name, pull, env);
  return {
    name,
    repository,
    commit: asText(head["sha"]) ?? env["GITHUB_SHA"] ?? "",
    run,
    runUrl: formatRunUrl(repository, run, env),
    pullRequest: typeof pull["number"] === "number" ? { number: pull["number"] } : undefined,
    base,
    untrusted,
    ...readOwnCommits(name, payload, env),
  };
}

function readBase({ sha, ref, repo }: Fields): Base | undefined {
  const commit = asText(sha);
  return commit === undefined ? undefined : { commit, isDefault: ref === asRecord(repo)["default_branch"] };
}

/** Only who may write to the repository causes these; the queue merges what was approved. Without a name nothing ran on GitHub. */
const eventsOfMembers = [
  "",
  "push",
  "schedule",
  "workflow_dispatch",
  "repository_dispatch",
  "merge_group",
  "release",
];

/** Anybody can cause these, by a comment or a pull request; the runner's commit is the last of the default branch. */
const eventsOfAnybody = [
  "issue_comment",
  "issues",
  "discussion",
  "discussion_comment",
  "workflow_run",
  "check_run",
  "check_suite",
  "status",
  "label",
  "milestone",
  "watch",
  "fork",
];

function readOwnCommits(name: string, payload: Fields, env: Environment): Pick<Event, "ownCommits"> {
  // A pull request names its repository, and is judged by that.
  if (eventsOfMembers.includes(name) || name.startsWith("pull_request")) return {};
  if (!eventsOfAnybody.includes(name)) return { ownCommits: [] };
  const earlier = asRecord(payload["workflow_run"]);
  const from = asText(asRecord(earlier["head_repository"])["full_name"]);
  const checked = from === env["GITHUB_REPOSITORY"] ? asText(earlier["head_sha"]) : undefined;
  return { ownCommits: [env["GITHUB_SHA"], checked].filter((commit) => commit !== undefined) };
}

function formatRunUrl(repository: string, { id, attempt }: Run, env: Environment): string {
  const server = env["GITHUB_SERVER_URL"] ?? "https://github.com";
  return `${server}/${repository}/actions/runs/${id}${attempt > 1 ? `/attempts/${attempt}` : ""}`;
}

/**
 * Files of a stranger meet no cluster, even where there are secrets: their osac.yml could name another one, which
 * would get the password.
 */
function explainUntrusted(name: string, pull: Fields, env: Environment): string | undefined {
  if (Object.keys(pull).length === 0 && !name.startsWith("pull_request")) return undefined;
  const [head, base] = [pull["head"], pull["base"]].map((side) =>
    asText(asRecord(asRecord(side)["repo"])["full_name"]),
  );
  if (head === undefined || head !== base)
    return "this pull request comes from a fork, whose files are given no secrets";
  return env["GITHUB_ACTOR"] === "dependabot[bot]"
    ? "this pull request comes from Dependabot, whose runs are given no secrets"
    : undefined;
}

type Fields = { readonly [field: string]: Json };

function readPayload(path: string | undefined): Fields {
  if (path === undefined || path === "") return {};
  try {
    return asRecord(JSON.parse(readFileSync(path, "utf8")) as Json);
  } catch (error) {
    throw failure("input", "no-event", `the event of the workflow cannot be read: ${path}`, { cause: error });
  }
}

function asText(value: Json | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}
