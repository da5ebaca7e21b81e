import {
  recordAccess,
  type Recording,
  type RecordedLists,
  type RecordedSubject,
} from "../access/questions/record-access.ts";
import { exitCodes } from "../exit-codes.ts";
import { accessTestsFolder } from "../files/access-tests.ts";
import { dumpYaml } from "../files/yaml/dump.ts";
import type { Json } from "../model/value.ts";
import { recordDocument } from "../report/access-json.ts";
import { recordText, type Recorded } from "../report/access-text.ts";
import { pathWithin } from "../report/findings-text.ts";
import type { Settings } from "../settings/settings.ts";
import { writeFiles } from "../storage/write-files.ts";
import { readSubject } from "./answer-access.ts";
import type { Ended } from "./index.ts";
import type { Io } from "./io.ts";
import { readBasis } from "./read-basis.ts";

/** Writes access tests of what callers can do now. */
export async function run(settings: Settings, io: Io): Promise<Ended> {
  const { words, backendRole, attribute, address, directory, directoryName, force } = settings;
  const subjects = [...new Set(words)];
  for (const word of subjects) readSubject(word, settings);
  const basis = await readBasis(settings, io);
  const recordings = subjects.map((word): [RecordedSubject, Recording] => {
    const subject = { subject: word, backendRoles: backendRole, attributes: attribute, address };
    return [subject, recordAccess(basis.access, subject)];
  });
  const names = nameFiles(subjects);
  const files = recordings.map(([subject, { lists }], index) => ({
    file: `${accessTestsFolder}/${names[index]!}.yml`,
    text: formatTest(subject, lists),
  }));
  const written = await writeFiles(directory, files, { isForced: force });
  const recorded = recordings.map(([{ subject }, { lists, unknown }], index): Recorded => ({
    file: pathWithin(directoryName, files[index]!.file),
    result: written[index]!.result,
    subject,
    isExact: lists.only !== undefined,
    unknown,
  }));
  return {
    reason: "done",
    result: {
      document: () => recordDocument(recorded, basis, exitCodes.done.code),
      text: (theme) => recordText(recorded, basis, theme),
    },
  };
}

/** Makes a name of a file for each subject. Equal names get a number. */
function nameFiles(subjects: readonly string[]): string[] {
  const names = subjects.map((one) => one.replaceAll(/[^\w.-]+/g, "-"));
  return names.map((name, index) => {
    const earlier = names.slice(0, index).filter((other) => other === name).length;
    return earlier === 0 ? name : `${name}-${earlier + 1}`;
  });
}

function formatTest(
  { subject, backendRoles, attributes, address }: RecordedSubject,
  lists: RecordedLists,
): string {
  const test: Record<string, Json> = {
    name: "as it was recorded",
    subject,
    ...(backendRoles.length > 0 ? { backend_roles: [...backendRoles] } : {}),
    ...(attributes === undefined ? {} : { attributes: { ...attributes } }),
    ...(address === undefined ? {} : { address }),
  };
  for (const [list, recorded] of Object.entries(lists))
    if (recorded.size > 0) test[list] = Object.fromEntries([...recorded].map(unlist));
  return dumpYaml({ tests: [test] });
}

function unlist([what, targets]: readonly [string, readonly string[]]): [string, Json] {
  return [what, targets.length === 1 ? targets[0]! : [...targets]];
}
