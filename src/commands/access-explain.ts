import { proposeChange } from "../access/questions/propose-change.ts";
import type { ExitReason } from "../errors.ts";
import { answerDocument, proposalDocument } from "../report/access-json.ts";
import { explanationText } from "../report/access-text.ts";
import { jsonText } from "../report/json-text.ts";
import { makeTheme } from "../report/theme.ts";
import type { Settings } from "../settings/settings.ts";
import { askQuestion } from "./answer-access.ts";
import type { Io } from "./io.ts";

/** Says why a caller can do something, or what would let it. */
export async function run(settings: Settings, io: Io): Promise<ExitReason> {
  const { question, caller, target, answer, basis, reason } = await askQuestion(settings, io);
  const { access, isOwn } = basis;
  const proposal = proposeChange(access, { caller, what: question.what, target, answer, isOwn });
  if (settings.output === "json") {
    const document = answerDocument("access explain", question, answer, basis, reason);
    io.stdout.write(jsonText({ ...document, proposal: proposal ? proposalDocument(proposal, basis) : null }));
  } else {
    io.stdout.write(explanationText(question, answer, proposal, basis, makeTheme(io.stdout, io.env)));
  }
  return reason;
}
