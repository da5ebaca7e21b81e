import {
  formatSubject,
  formatTarget,
  parseOperation,
  parseTarget,
  refuseMisfit,
} from "../access/questions/parse-question.ts";
import { findHolders } from "../access/questions/find-holders.ts";
import { whoDocument } from "../report/access-json.ts";
import { whoText } from "../report/access-text.ts";
import type { Settings } from "../settings/settings.ts";
import type { Ended } from "./index.ts";
import type { Io } from "./io.ts";
import { readBasis } from "./read-basis.ts";

/** Lists who can do something: internal users, and entries of role mappings. */
export async function run(settings: Settings, io: Io): Promise<Ended> {
  const [doing = "", on = ""] = settings.words;
  const [what, target] = [parseOperation(doing), parseTarget(on)];
  const basis = await readBasis(settings, io);
  refuseMisfit(basis.access, what, target);
  const holders = findHolders(basis.access, what, target, settings.address);
  const question = { what, target: formatTarget(target) };
  const list = holders.map(({ subject, answer }) => ({ subject: formatSubject(subject), answer }));
  return {
    reason: "done",
    result: {
      document: () => whoDocument(question, list, basis),
      text: (theme) => whoText(question, list, basis, theme),
    },
  };
}
