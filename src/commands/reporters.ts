import type { OutputFormat, Settings } from "../settings/settings.ts";
import { annotations } from "../report/github-annotations.ts";
import { jsonText } from "../report/json-text.ts";
import type { Result } from "../report/report.ts";
import { fitLines, makeTheme } from "../report/theme.ts";
import type { Io, Output } from "./io.ts";

/** Prints results in one format. */
interface Reporter {
  /** Whether people read it: they can be asked, and are shown what is about to be done. */
  readonly isForPeople: boolean;
  print(result: Result, io: Io): void;
}

/** A new format is one more entry, and stands in `outputs` of each command that has it. */
export const reporters: Readonly<Record<OutputFormat, Reporter>> = {
  text: {
    isForPeople: true,
    print: ({ before, text, after }, { stdout, stderr, env }) => {
      const theme = makeTheme(stderr, env);
      stderr.write(before?.(theme) ?? "");
      fitToScreen(stdout).write(text(makeTheme(stdout, env)));
      stderr.write(after?.(theme) ?? "");
    },
  },
  json: { isForPeople: false, print: ({ document }, { stdout }) => stdout.write(jsonText(document())) },
  markdown: {
    isForPeople: false,
    print: ({ report }, { stdout }) => stdout.write(report!().markdown({})),
  },
  github: {
    isForPeople: false,
    print: ({ report }, { stdout }) => stdout.write(annotations(report!().findings)),
  },
};

/** Prints a result in the format of the run, and hands it to whoever runs osac as a part of something larger. */
export function printResult(
  result: Result,
  { output, quiet }: Pick<Settings, "output" | "quiet">,
  io: Io,
): void {
  if (result.report) io.report?.(result.report());
  if (!quiet || !result.isNothing) reporters[output].print(result, io);
}

/** Shows people what is about to be done. Other formats hold only how the run ended. */
export function preview(result: Result, settings: Settings, io: Io): void {
  if (reporters[settings.output].isForPeople) printResult(result, settings, io);
}

/** A stream that people read: on a terminal no line of it is broken within a word. */
export function fitToScreen(output: Output): Output {
  const { isTerminal, columns } = output;
  if (!isTerminal || !columns) return output;
  return { ...output, write: (text) => output.write(fitLines(text, columns)) };
}
