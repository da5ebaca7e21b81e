import { answerDocument } from "../report/access-json.ts";
import { answerText } from "../report/access-text.ts";
import type { Settings } from "../settings/settings.ts";
import { askQuestion } from "./answer-access.ts";
import type { Ended } from "./index.ts";
import type { Io } from "./io.ts";

/** Prints whether a caller can do something. */
export async function run(settings: Settings, io: Io): Promise<Ended> {
  const { question, answer, basis, reason } = await askQuestion(settings, io);
  const document = () => answerDocument("access can", question, answer, basis, reason);
  return { reason, result: { document, text: (theme) => answerText(question, answer, basis, theme) } };
}
