import { readMatrices } from "../access/questions/read-matrix.ts";
import { compareBases } from "../engine/compare-access.ts";
import { failure } from "../errors.ts";
import { makePageData, type Before, type MatrixSide } from "../report/html/make-page-data.ts";
import { makePage } from "../report/html/page.ts";
import { matrixDocument, matrixText } from "../report/matrix-text.ts";
import type { Settings } from "../settings/settings.ts";
import type { Ended } from "./index.ts";
import type { Io } from "./io.ts";
import { readSides } from "./read-basis.ts";
import { formatPathFrom } from "./repeat-flags.ts";
import { writePage } from "../storage/output-file.ts";

/** Writes a page of who has which access, or prints the same as JSON. */
export async function run(settings: Settings, io: Io): Promise<Ended> {
  const { html, output, restApiRoles } = settings;
  if (html === undefined && output !== "json")
    throw failure("input", "missing-argument", "--html is missing: the file that gets the page", {
      hint: "osac access report --html access.html",
    });
  const [basis, live] = await readSides(settings, io);
  const matrices = readMatrices(
    [basis, ...(live ? [live] : [])].map(({ access }) => access),
    restApiRoles,
  );
  const after: MatrixSide = { matrix: matrices[0]!, basis };
  const before: Before | undefined = live && {
    matrix: matrices[1]!,
    basis: live,
    difference: compareBases(live, basis, restApiRoles),
  };
  const file = html === undefined ? undefined : formatPathFrom(io.cwd, html);
  if (html !== undefined) {
    const { readPageCode } = await import("./page-code.ts");
    await writePage(html, file!, makePage(makePageData(after, before), readPageCode()));
  }
  return {
    reason: "done",
    result: {
      document: () => matrixDocument(file, after, before),
      text: (theme) => matrixText(file!, after, before, theme),
    },
  };
}
