import { readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Job } from "../../../src/github/job.ts";
import { refuseUnwritable } from "../../../src/github/report-files.ts";
import { folder } from "../../support/folder.ts";
import { repository } from "../git/repository.ts";

test.for(["report.md", "folder/report.md"])(
  "the Action writes no report through a link: %s",
  async (file) => {
    const cwd = await repository();
    const elsewhere = await folder({ ".bashrc": "" });
    await symlink(join(elsewhere, ".bashrc"), join(cwd, "report.md"));
    await symlink(elsewhere, join(cwd, "folder"));
    const job = { inputs: { "report-file": "", "markdown-file": file }, io: { cwd } } as unknown as Job;
    expect(() => refuseUnwritable(job)).toThrow("in a git work tree no link is followed");
    expect(await readFile(join(elsewhere, ".bashrc"), "utf8")).toBe("");
  },
);
