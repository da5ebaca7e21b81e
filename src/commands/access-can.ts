import type { ExitReason } from "../errors.ts";
import { answerDocument } from "../report/access-json.ts";
import { answerText } from "../report/access-text.ts";
import { jsonText } from "../report/json-text.ts";
import { makeTheme } from "../report/theme.ts";
import type { Settings } from "../settings/settings.ts";
import { askQuestion } from "./answer-access.ts";
import type { Io } from "./io.ts";

/** Says whether a caller can do something. */
export async function run(settings: Settings, io: Io): Promise<ExitReason> {
  const { question, answer, basis, reason } = await askQuestion(settings, io);
  io.stdout.write(
    settings.output === "json"
      ? jsonText(answerDocument("access can", question, answer, basis, reason))
      : answerText(question, answer, basis, makeTheme(io.stdout, io.env)),
  );
  return reason;
}
