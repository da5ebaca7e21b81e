import { findSights } from "../access/questions/find-sights.ts";
import { proposeChanges } from "../access/questions/propose-change.ts";
import { answerDocument, proposalDocument, sightDocument } from "../report/access-json.ts";
import { explanationText } from "../report/access-text.ts";
import type { Theme } from "../report/theme.ts";
import type { Settings } from "../settings/settings.ts";
import { askQuestion } from "./answer-access.ts";
import type { Ended } from "./index.ts";
import type { Io } from "./io.ts";

/** Prints why a caller can do something, or the change that would permit it. */
export async function run(settings: Settings, io: Io): Promise<Ended> {
  const { question, caller, target, answer, basis, reason } = await askQuestion(settings, io);
  const { access, isOwn } = basis;
  const { restApiRoles } = settings;
  const wish = { caller, what: question.what, target, answer, isOwn, restApiRoles };
  const proposals = proposeChanges(access, wish);
  const sights = findSights(access, caller, answer);
  const document = () => ({
    ...answerDocument("access explain", question, answer, basis, reason),
    proposals: proposals.map((one) => proposalDocument(one, basis)),
    restrictions: sights.map(sightDocument),
  });
  const text = (theme: Theme): string =>
    explanationText(question, answer, { proposals, sights }, basis, theme);
  return { reason, result: { document, text } };
}
