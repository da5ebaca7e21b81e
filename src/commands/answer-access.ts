import {
  can,
  identifyCaller,
  type Answer,
  type Caller,
  type Decision,
  type Subject,
  type Target,
} from "../access/effective/index.ts";
import {
  formatSubject,
  formatTarget,
  parseOperation,
  parseSubject,
  parseTarget,
  refuseMisfit,
} from "../access/questions/parse-question.ts";
import { findNamesakes } from "../access/questions/find-namesakes.ts";
import type { AccessBasis } from "../engine/load-access.ts";
import { failure } from "../errors.ts";
import type { ExitReason } from "../exit-codes.ts";
import type { Verification } from "../model/verification.ts";
import type { Question } from "../report/access-text.ts";
import type { Settings } from "../settings/settings.ts";
import type { Io } from "./io.ts";
import { connect } from "./connect.ts";
import { readBasis } from "./read-basis.ts";
import { verifyAnswer } from "./verify-answer.ts";

/** Parses the subject of a question from its word and flags. */
export function readSubject(word: string, { backendRole, attribute, address }: Settings): Subject {
  return parseSubject(word, { backendRoles: backendRole, attributes: attribute, address });
}

/** Chooses the exit reason for an answer. */
function findAnswerReason({ verdict }: Decision, verification: Verification | undefined): ExitReason {
  if (verification?.result === "disagrees") return "unknown";
  if (verdict === "allowed") return "done";
  return verdict === "unknown" ? "unknown" : "changes";
}

/** A question from the command line, with its answer. */
export interface Asked {
  readonly question: Question;
  readonly caller: Caller;
  readonly target: Target;
  readonly answer: Answer;
  readonly basis: AccessBasis;
  readonly reason: ExitReason;
}

/** Answers `SUBJECT OPERATION TARGET`. */
export async function askQuestion(settings: Settings, io: Io): Promise<Asked> {
  const [who = "", doing = "", on = ""] = settings.words;
  const subject = readSubject(who, settings);
  const [what, target] = [parseOperation(doing), parseTarget(on)];
  refuseVerification(settings);
  const connection = settings.verify ? await connect(settings, io) : undefined;
  const basis = await readBasis(settings, io, connection);
  const { access } = basis;
  refuseMisfit(access, what, target);
  const caller = identifyCaller(access, subject);
  const answer = can(access, caller, what, target);
  const namesakes = findNamesakes(access, caller, what, target);
  const verification =
    connection && (await verifyAnswer({ caller, what, target, answer }, connection, settings, io));
  const question = {
    subject: formatSubject(subject),
    what,
    target: formatTarget(target),
    namesakes,
    verification,
  };
  const reason = findAnswerReason(answer.decision, verification);
  return { question, caller, target, answer, basis, reason };
}

/** Refuses `--verify` about files. */
export function refuseVerification({ verify, live }: Settings): void {
  if (!verify || live) return;
  throw failure(
    "input",
    "ignored-flag",
    "--verify does not apply without --live: files are not in force yet",
    {
      hint: "pass --live",
    },
  );
}
