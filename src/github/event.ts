import { readFileSync } from "node:fs";
import { asRecord } from "../cluster/as-record.ts";
import { failure } from "../errors.ts";
import type { Json, JsonObject } from "../model/value.ts";
import type { Environment } from "../model/environment.ts";

/** The event that started the run, and its subject. */
export interface Event {
  readonly name: string;
  /** `owner/name`. */
  readonly repository: string;
  /** The commit that is planned or applied; for a pull request, its head. */
  readonly commit: string;
  readonly run: Run;
  /** The address of the run's page. */
  readonly runUrl: string;
  readonly pullRequest?: { readonly number: number } | undefined;
  /** Present for a pull request: the commit that it will be merged into. */
  readonly base?: Base | undefined;
  /** The reason why the run has no secrets; such a run compares nothing with a cluster. */
  readonly untrusted?: string | undefined;
  /** Present if a stranger can cause the event: the commits that are still the repository's own. */
  readonly ownCommits?: readonly string[] | undefined;
}

/** The branch that a pull request will be merged into. */
interface Base {
  readonly commit: string;
  /** True for the default branch. Anyone who may push decides what another branch holds. */
  readonly isDefault: boolean;
}

/** Runs are numbered in the order of their start. */
export interface Run {
  readonly id: number;
  readonly attempt: number;
}

/** Reads the event from the environment that the runner sets. */
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

function readBase({ sha, ref, repo }: JsonObject): Base | undefined {
  const commit = asText(sha);
  return commit === undefined ? undefined : { commit, isDefault: ref === asRecord(repo)["default_branch"] };
}

/**
 * Only members who may write to the repository cause these events; the merge queue merges approved commits.
 * The empty name means a run outside of GitHub.
 */
const eventsOfMembers = [
  "",
  "push",
  "schedule",
  "workflow_dispatch",
  "repository_dispatch",
  "merge_group",
  "release",
];

/** Anyone can cause these by a comment or pull request. They run on the default branch's last commit. */
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

function readOwnCommits(name: string, payload: JsonObject, env: Environment): Pick<Event, "ownCommits"> {
  // `explainUntrusted` checks pull requests by the repository that they name.
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
 * Returns the reason why the files of a pull request are untrusted. Untrusted files are never compared with a
 * cluster, even if there are secrets: their osac.yml could name another cluster, which would get the
 * password.
 */
function explainUntrusted(name: string, pull: JsonObject, env: Environment): string | undefined {
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

function readPayload(path: string | undefined): JsonObject {
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
