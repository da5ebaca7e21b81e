import type { Access } from "../access/effective/index.ts";
import { runAccessTest, type Failure } from "../access/questions/run-access-test.ts";
import { makeTransition, toDocuments } from "../access/index.ts";
import { loadAccess } from "../access/effective/index.ts";
import { OsacError } from "../errors.ts";
import type { AccessTests } from "../files/access-tests.ts";
import type { AccessTest } from "../model/access-test.ts";
import type { Change } from "../model/change.ts";
import type { ClusterInfo, Reader } from "../model/cluster.ts";
import type { LiveState } from "../model/entity.ts";
import type { Finding } from "../model/finding.ts";
import { readClusterNames, type AccessFacts } from "./load-access.ts";

/** The access tests of a plan, and facts that their answers depend on besides the cluster. */
export interface AccessTestTask extends AccessTests {
  readonly facts: AccessFacts;
}

/** Runs the access tests on the cluster as it would be after the changes. */
export async function checkAccessTests(
  reader: Reader,
  changes: readonly Change[],
  { live, cluster }: { readonly live: LiveState; readonly cluster: ClusterInfo },
  task: AccessTestTask,
): Promise<readonly Finding[]> {
  const names = task.facts.names ?? (await readClusterNames(reader));
  const { after } = makeTransition(toDocuments(live), changes);
  const access = loadAccess({
    documents: after,
    version: cluster.version,
    facts: { names, settings: task.facts.settings },
  });
  return [...task.findings, ...accessTestFindings(access, task.tests)];
}

/** Every expectation of access tests that is not met, or that osac cannot decide. */
export function accessTestFindings(access: Access, tests: readonly AccessTest[]): Finding[] {
  return tests.flatMap((test) => {
    try {
      return runAccessTest(access, test).map((failure) => failureFinding(test, failure));
    } catch (error) {
      if (!(error instanceof OsacError)) throw error;
      return error.findings.map((finding) => ({ ...finding, code: "bad-access-test", at: test.at }) as const);
    }
  });
}

function failureFinding({ name, subject }: AccessTest, failure: Failure): Finding {
  const { at } = failure.expectation;
  const message = `${name === undefined ? "" : `${name}: `}${describeFailure(subject, failure)}`;
  if (failure.verdict === "unknown") return { code: "access-test-unknown", severity: "warning", message, at };
  const hint = "osac access explain shows why";
  return { code: "access-test-failed", severity: "error", refusedBy: "guard", message, hint, at };
}

function describeFailure(subject: string, { isWanted, verdict, what, details }: Failure): string {
  const reasons = details.length === 0 ? "" : `: ${details.join("; ")}`;
  if (verdict === "unknown") return `osac cannot tell whether ${subject} can ${what}${reasons}`;
  const found = { allowed: "it can", partly: "it can in part", denied: "it cannot" }[verdict];
  return `${subject} ${isWanted ? "must" : "must not"} be able to ${what}, and ${found}${reasons}`;
}
