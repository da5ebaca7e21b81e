import { identifyCaller } from "../access/effective/index.ts";
import { listAccess } from "../access/questions/list-access.ts";
import { formatSubject } from "../access/questions/parse-question.ts";
import { listDocument } from "../report/access-json.ts";
import { listText } from "../report/access-text.ts";
import type { Settings } from "../settings/settings.ts";
import { readSubject } from "./answer-access.ts";
import type { Ended } from "./index.ts";
import type { Io } from "./io.ts";
import { readBasis } from "./read-basis.ts";

/** Lists the operations and targets that a caller has access to. */
export async function run(settings: Settings, io: Io): Promise<Ended> {
  const subject = readSubject(settings.words[0]!, settings);
  const basis = await readBasis(settings, io);
  const caller = identifyCaller(basis.access, subject);
  const listed = listAccess(basis.access, caller);
  const named = formatSubject(subject);
  return {
    reason: "done",
    result: {
      document: () => listDocument(named, caller, listed, basis),
      text: (theme) => listText(named, caller, listed, basis, theme),
    },
  };
}
