import { join } from "node:path";
import { expect, test } from "vitest";
import { hasCommands, runCommands } from "./page.ts";
import { pages, read, root } from "./pages.ts";
import { drawTerminal } from "./picture.ts";
import { openSession, runCommand, type Start } from "./session.ts";

// `npm run docs` writes what these tests compare.

/** What a reader has who begins with the page. Of all others: the example files, applied and committed. */
const starts: Readonly<Record<string, Start>> = {
  "README.md": "files",
  "docs/getting-started.md": "empty",
  "docs/how-to/amazon-opensearch-service.md": "domain",
  "docs/how-to/migrate-from-securityadmin.md": "files",
};

test.for(pages.filter((page) => hasCommands(read(page))))(
  "%s shows what the commands print",
  async (page) => {
    const text = await runCommands(read(page), starts[page] ?? "applied");
    await expect(text).toMatchFileSnapshot(join(root, page));
  },
);

test("the picture of the README is a plan", async () => {
  const session = await openSession("files");
  session.env["FORCE_COLOR"] = "1";
  const printed = await runCommand(session, "osac plan security");
  await session.stop();
  const picture = drawTerminal(`\u001b[2m$\u001b[22m osac plan security\n${printed}`);
  await expect(picture).toMatchFileSnapshot(join(root, "docs/images/plan.svg"));
});
