import { identifyCaller } from "../access/effective/index.ts";
import { listAccess } from "../access/questions/list-access.ts";
import { listQuestions } from "../access/questions/list-questions.ts";
import { formatSubject, formatTarget } from "../access/questions/parse-question.ts";
import type { ListVerification } from "../model/verification.ts";
import { listDocument } from "../report/access-json.ts";
import { listText } from "../report/access-text.ts";
import type { Settings } from "../settings/settings.ts";
import { readSubject, refuseVerification } from "./answer-access.ts";
import { connect } from "./connect.ts";
import type { Ended } from "./index.ts";
import type { Io } from "./io.ts";
import { readBasis } from "./read-basis.ts";
import { verifyAnswers } from "./verify-answer.ts";

/** Lists the operations and targets that a caller has access to. */
export async function run(settings: Settings, io: Io): Promise<Ended> {
  const subject = readSubject(settings.words[0]!, settings);
  refuseVerification(settings);
  const connection = settings.verify ? await connect(settings, io) : undefined;
  const basis = await readBasis(settings, io, connection);
  const caller = identifyCaller(basis.access, subject);
  const listed = listAccess(basis.access, caller);
  const questions = connection === undefined ? [] : listQuestions(basis.access, caller, listed);
  const verified = connection && (await verifyAnswers(questions, connection, settings, io));
  const verifications = verified?.map((verification, place): ListVerification => {
    const { what, target } = questions[place]!;
    return { operation: what, target: formatTarget(target), verification };
  });
  const isWrong = verifications?.some(({ verification }) => verification.result === "disagrees") ?? false;
  const list = { subject: formatSubject(subject), caller, listed, verifications };
  return {
    reason: isWrong ? "unknown" : "done",
    result: {
      document: () => listDocument(list, basis),
      text: (theme) => listText(list, basis, theme),
    },
  };
}
