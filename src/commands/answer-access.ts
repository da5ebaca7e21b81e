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
import type { ExitReason } from "../exit-codes.ts";
import type { Question } from "../report/access-text.ts";
import type { Settings } from "../settings/settings.ts";
import type { Io } from "./io.ts";
import { readBasis } from "./read-basis.ts";

/** Parses the subject of a question from its word and flags. */
export function readSubject(word: string, { backendRole, attribute, address }: Settings): Subject {
  return parseSubject(word, { backendRoles: backendRole, attributes: attribute, address });
}

/** Chooses the exit reason for an answer. */
function findAnswerReason({ verdict }: Decision): ExitReason {
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
  const basis = await readBasis(settings, io);
  const { access } = basis;
  refuseMisfit(access, what, target);
  const caller = identifyCaller(access, subject);
  const answer = can(access, caller, what, target);
  const namesakes = findNamesakes(access, caller, what, target);
  const question = { subject: formatSubject(subject), what, target: formatTarget(target), namesakes };
  return { question, caller, target, answer, basis, reason: findAnswerReason(answer.decision) };
}
