import {
  formatSubject,
  formatTarget,
  parseOperation,
  parseTarget,
  refuseMisfit,
} from "../access/questions/parse-question.ts";
import { findHolders } from "../access/questions/find-holders.ts";
import type { ExitReason } from "../errors.ts";
import { whoDocument } from "../report/access-json.ts";
import { whoText } from "../report/access-text.ts";
import { jsonText } from "../report/json-text.ts";
import { makeTheme } from "../report/theme.ts";
import type { Settings } from "../settings/settings.ts";
import { readBasis } from "./answer-access.ts";
import type { Io } from "./io.ts";

/** Says who can do something: internal users, and whoever satisfies an entry of a mapping. */
export async function run(settings: Settings, io: Io): Promise<ExitReason> {
  const [doing = "", on = ""] = settings.words;
  const [what, target] = [parseOperation(doing), parseTarget(on)];
  const basis = await readBasis(settings, io);
  refuseMisfit(basis.access, what, target);
  const holders = findHolders(basis.access, what, target, settings.address);
  const question = { what, target: formatTarget(target) };
  const list = holders.map(({ subject, answer }) => ({ subject: formatSubject(subject), answer }));
  io.stdout.write(
    settings.output === "json"
      ? jsonText(whoDocument(question, list, basis))
      : whoText(question, list, basis, makeTheme(io.stdout, io.env)),
  );
  return "done";
}
