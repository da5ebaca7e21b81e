import { identifyCaller } from "../access/effective/index.ts";
import { listAccess } from "../access/questions/list-access.ts";
import { formatSubject } from "../access/questions/parse-question.ts";
import type { ExitReason } from "../errors.ts";
import { listDocument } from "../report/access-json.ts";
import { listText } from "../report/access-text.ts";
import { jsonText } from "../report/json-text.ts";
import { makeTheme } from "../report/theme.ts";
import type { Settings } from "../settings/settings.ts";
import { readBasis, readSubject } from "./answer-access.ts";
import type { Io } from "./io.ts";

/** Lists what a caller can do. */
export async function run(settings: Settings, io: Io): Promise<ExitReason> {
  const subject = readSubject(settings.words[0]!, settings);
  const basis = await readBasis(settings, io);
  const caller = identifyCaller(basis.access, subject);
  const listed = listAccess(basis.access, caller);
  io.stdout.write(
    settings.output === "json"
      ? jsonText(listDocument(formatSubject(subject), caller, listed, basis))
      : listText(formatSubject(subject), caller, listed, basis, makeTheme(io.stdout, io.env)),
  );
  return "done";
}
