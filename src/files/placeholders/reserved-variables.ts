import { options, type Option } from "../../settings/options.ts";

/** Credentials of the job that runs osac, which no file needs: names, and prefixes that end in `*`. */
export const heldBack: readonly string[] = [
  "OSAC_TARGET_*",
  "GITHUB_TOKEN",
  "GH_TOKEN",
  "ACTIONS_*",
  "INPUT_*",
  "CI_JOB_*",
  "CI_REGISTRY_PASSWORD",
  "CI_DEPLOY_PASSWORD",
  "CI_REPOSITORY_URL",
  "GITLAB_TOKEN",
  "SYSTEM_ACCESSTOKEN",
  "BUILDKITE_AGENT_*",
  "CIRCLE_*",
  "BITBUCKET_*",
  "NPM_TOKEN",
  "NODE_AUTH_TOKEN",
  "AWS_*",
  "AZURE_*",
  "ARM_*",
  "GOOGLE_*",
  "CLOUDSDK_*",
  "VAULT_*",
  "KUBECONFIG",
  "DOCKER_AUTH_CONFIG",
  "DOCKER_PASSWORD",
  "SSH_*",
];

/** Addresses of proxies may hold a password. Their variables are in upper or lower case. */
const proxies = /_proxy$/i;

const own: ReadonlySet<string> = new Set(
  Object.values(options).flatMap((option: Option<unknown>) => option.env ?? []),
);

/** Returns true for a setting of osac or a credential of the job. Only its full name allows it. */
export function isHeldBack(name: string): boolean {
  return own.has(name) || matchesAny(heldBack, name) || proxies.test(name);
}

/** Returns true if a name is one of the patterns, or begins with one that ends in `*`. */
export function matchesAny(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) =>
    pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern,
  );
}
