import type { OutputFormat, Settings } from "../settings/settings.ts";
import { annotations } from "../report/github-annotations.ts";
import { junitReport } from "../report/junit.ts";
import { jsonText } from "../report/json-text.ts";
import type { Result } from "../report/command-result.ts";
import { fitLines, makeTheme } from "../report/theme.ts";
import type { Io, Output } from "./io.ts";

/** Prints results in one format. */
interface Reporter {
  /** True if people read the format: osac can ask them, and shows what it is about to do. */
  readonly isForPeople: boolean;
  print(result: Result, io: Io): void;
}

/** Prints results, for each format. Each command lists the formats that it has in `outputs`. */
export const reporters: Readonly<Record<OutputFormat, Reporter>> = {
  text: {
    isForPeople: true,
    print: ({ before, text, after }, { stdout, stderr, env }) => {
      const theme = makeTheme(stderr, env);
      write(stderr, before?.(theme));
      write(fitToScreen(stdout), text(makeTheme(stdout, env)));
      write(stderr, after?.(theme));
    },
  },
  json: { isForPeople: false, print: ({ document }, { stdout }) => stdout.write(jsonText(document())) },
  markdown: {
    isForPeople: false,
    print: ({ report }, { stdout }) => stdout.write(report!().markdown({})),
  },
  matrix: {
    isForPeople: false,
    print: ({ matrix }, { stdout }) => stdout.write(`${JSON.stringify(matrix!())}\n`),
  },
  github: {
    isForPeople: false,
    print: ({ report }, { stdout }) => stdout.write(annotations(report!().findings)),
  },
  junit: {
    isForPeople: false,
    print: ({ report, suites }, { stdout }) => {
      const { document, findings } = report!();
      const name = `osac ${document.command ?? ""}`.trim();
      stdout.write(junitReport(suites?.() ?? [{ name, findings }]));
    },
  },
};

/** Writes a text, if there is one: an internal error may be that a stream is broken. */
function write(output: Output, text = ""): void {
  if (text !== "") output.write(text);
}

/** Prints a result in the format of the run, and passes its report to `Io.report`. */
export function printResult(
  result: Result,
  { output, quiet }: Pick<Settings, "output" | "quiet">,
  io: Io,
): void {
  if (result.report) io.report?.(result.report());
  if (!quiet || !result.isNothing) reporters[output].print(result, io);
}

/** Shows people what osac is about to do. Other formats hold only the end of the run. */
export function preview(result: Result, settings: Settings, io: Io): void {
  if (reporters[settings.output].isForPeople) printResult(result, settings, io);
}

/** Wraps a stream for people: on a terminal no line breaks within a word. */
export function fitToScreen(output: Output): Output {
  const { isTerminal, columns } = output;
  if (!isTerminal || !columns) return output;
  return { ...output, write: (text) => output.write(fitLines(text, columns)) };
}
