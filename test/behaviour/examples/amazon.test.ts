import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { masterIdentity } from "../../../src/simulator/amazon/edge.ts";
import { run, signAsMaster, startDomain } from "../amazon/domain.ts";

signAsMaster();

const root = join(import.meta.dirname, "../../..");

function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

interface Policy {
  readonly Statement: readonly { readonly Action: string | readonly string[]; readonly Resource?: string }[];
}

function readPolicy(name: string): Policy {
  return JSON.parse(read(`examples/amazon/${name}.json`)) as Policy;
}

/** The actions of the first gate of a domain that the policy allows. */
function readActions(name: string): string[] {
  return readPolicy(name).Statement.flatMap(({ Action }) => Action);
}

/** Runs a command line as a role with these actions. Returns the exit code and the actions that were asked for. */
async function runWith(actions: readonly string[], argv: readonly string[]): Promise<[number, Set<string>]> {
  const domain = await startDomain({ amazon: { identities: [{ ...masterIdentity, actions }] } });
  const { code } = await run(domain, argv);
  const asked = domain.requests.map(
    ({ method }) => `es:ESHttp${method.charAt(0)}${method.slice(1).toLowerCase()}`,
  );
  return [code, new Set(asked)];
}

describe("the policy of the planner", () => {
  test.for([
    ["plan", 0],
    ["drift", 2],
    ["export exported", 0],
  ] as const)("is all that osac %s asks for", async ([line, expected]) => {
    const actions = readActions("plan-policy");
    const [code, asked] = await runWith(actions, line.split(" "));
    expect(code).toBe(expected);
    expect([...asked]).toEqual(actions);
  });
});

describe("the policy of the applier", () => {
  const actions = readActions("apply-policy");

  test("is all that osac apply asks for", async () => {
    const [code, asked] = await runWith(actions, ["apply", "--yes"]);
    expect(code).toBe(0);
    expect([...asked].toSorted()).toEqual(actions);
  });

  test.for(actions)("has no action too many: without %s nothing is applied", async (action) => {
    const [code] = await runWith(
      actions.filter((one) => one !== action),
      ["apply", "--yes"],
    );
    expect(code).not.toBe(0);
  });
});

test.for(["plan-policy", "apply-policy"])("%s names what is below the domain, and nothing else", (name) => {
  expect(readPolicy(name).Statement.map(({ Resource }) => Resource)).toEqual([
    "arn:aws:es:us-east-1:123456789012:domain/logs/*",
  ]);
});

test.for([
  ["plan", "pull_request"],
  ["apply", "environment:production"],
] as const)("the role of the %s job trusts one repository and one kind of job", ([name, subject]) => {
  const text = read(`examples/amazon/${name}-trust.json`);
  expect(readActions(`${name}-trust`)).toEqual(["sts:AssumeRoleWithWebIdentity"]);
  expect(text).toContain(`"token.actions.githubusercontent.com:sub": "repo:OWNER/REPOSITORY:${subject}"`);
  expect(text).toContain('"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"');
  expect(text).not.toContain("StringLike");
  expect(text).not.toMatch(/[*?]/);
});

/** The lines of a workflow that have nothing to do with the login. */
function withoutLogin(workflow: string): string {
  return workflow
    .replace(", for a domain of Amazon OpenSearch Service:", ":")
    .replace(/ {2}id-token: .*\n/, "")
    .replace(/ {6}- uses: aws-actions\/configure-aws-credentials[^]*?(?= {6}- )/, "")
    .replace(/ {10}(?:auth|username): .*\n/, "")
    .replace(/ {10}password: .*\n/, "");
}

test.for(["plan", "apply"])("the workflow %s for a domain differs in the login only", (name) => {
  const [usual, signed] = [`${name}.yml`, `amazon-${name}.yml`].map((file) =>
    read(`examples/github/${file}`),
  );
  expect(signed).not.toBe(usual);
  expect(withoutLogin(signed!)).toBe(withoutLogin(usual!));
  expect(signed).not.toMatch(/AWS_(?:ACCESS_KEY|SECRET)|secrets\.OSAC/);
});

test("the page shows these policies", () => {
  const page = read("docs/how-to/amazon-opensearch-service.md");
  for (const name of ["plan-policy", "plan-trust"])
    expect(page).toContain(`\`\`\`json\n${read(`examples/amazon/${name}.json`)}\`\`\``);
});
