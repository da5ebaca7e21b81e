import { readProxy } from "../settings/read-connection.ts";
import type { Finding } from "../model/finding.ts";
import { Secret } from "../secrets/secret.ts";
import { openGitHub, type GitHub } from "./api.ts";
import { commentMax, findPullRequest, openStickyComment, type StickyComment } from "./comment.ts";
import { formatAbout, describeWhole, attemptOrWarn, type Ended, type Job } from "./job.ts";

/** Opens GitHub's API for the job; undefined without a token, or outside of a repository. */
export function openApi({ inputs, event, io }: Job): GitHub | undefined {
  const token = inputs["github-token"];
  const url = io.env["GITHUB_API_URL"] ?? "https://api.github.com";
  if (token === "" || event.repository === "") return undefined;
  const graphqlUrl = io.env["GITHUB_GRAPHQL_URL"] ?? `${url}/graphql`;
  return openGitHub({ url, graphqlUrl, token: new Secret(token), proxy: readProxy(io.env) });
}

/** Writes the comment on a pull request. */
export interface PullRequestReporter {
  sticky(): Promise<StickyComment | undefined>;
  report(ended: Ended): Promise<{ readonly url: string; readonly findings: readonly Finding[] }>;
}

/** Opens the reporter for the pull request of the run; undefined if the run writes no comment. */
export function openPullRequestReporter(job: Job, github: GitHub): PullRequestReporter | undefined {
  const { inputs, event } = job;
  const isApply = inputs.command === "apply";
  if (inputs.comment === "never" || !(event.pullRequest || isApply)) return undefined;
  const target = { label: inputs["comment-label"], directory: inputs.directory };
  const sticky = async (): Promise<StickyComment | undefined> => {
    const number = event.pullRequest?.number ?? (await findPullRequest(github, event));
    return number === undefined ? undefined : openStickyComment(github, event, number, target);
  };
  return {
    sticky: async () => (event.pullRequest ? sticky() : undefined),
    report: async (ended) => {
      let url = "";
      const findings = await attemptOrWarn("the comment", async () => {
        const comment = await sticky();
        const written = await comment?.write(
          ended.report.markdown({
            limit: commentMax,
            about: formatAbout(job, ended),
            whole: describeWhole(job),
          }),
          inputs.comment === "always" || isWorthSaying(ended),
        );
        url = written?.url ?? "";
      });
      return { url, findings };
    },
  };
}

function isWorthSaying({ code, report }: Ended): boolean {
  return code !== 0 || ("changes" in report.document && report.document.changes.length > 0);
}
