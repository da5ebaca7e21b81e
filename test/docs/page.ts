import {
  changeShownFile,
  openSession,
  runCommand,
  writeShownFile,
  type Session,
  type Start,
} from "./session.ts";

/** Writes what stands between `<!-- generated: NAME -->` and `<!-- end -->`. */
export type Generators = Readonly<Record<string, () => string>>;

/** A fenced block: its language, the word after it, and its text. */
interface Block {
  readonly language: string;
  readonly file: string | undefined;
  readonly text: string;
}

const fence = /^```(\S+)(?: (\S+))?\n([^]*?)^```$/gm;
const region = /(<!-- generated: (\S+) -->\n)[^]*?(<!-- end -->)/g;

/** The page with its generated parts made again. */
export function generateParts(page: string, generators: Generators): string {
  return page.replaceAll(region, (_, head: string, name: string, end: string) => {
    const generate = generators[name];
    if (generate === undefined) throw new Error(`nothing generates ${name}`);
    return `${head}\n${generate()}\n${end}`;
  });
}

/** Whether the page has commands that run. */
export function hasCommands(page: string): boolean {
  return [...page.matchAll(fence)].some(([, language]) => ["console", "sh"].includes(language!));
}

/**
 * The page with each command run on a simulated cluster, and with what it prints.
 *
 * - `console`: commands after `$`, each followed by what it prints; a line `…` stands for lines that are left out;
 * - `sh`: commands that must succeed;
 * - `yaml FILE`, `diff FILE`: the reader writes or changes the file;
 * - any other language, `bash` too: shown only.
 */
export async function runCommands(page: string, start: Start): Promise<string> {
  const session = await openSession(start);
  try {
    const pieces: string[] = [];
    let end = 0;
    for (const match of page.matchAll(fence)) {
      const [whole, language, file, text] = match as unknown as [string, string, string | undefined, string];
      pieces.push(page.slice(end, match.index), await runBlock(session, whole, { language, file, text }));
      end = match.index + whole.length;
    }
    return [...pieces, page.slice(end)].join("");
  } finally {
    await session.stop();
  }
}

async function runBlock(session: Session, whole: string, { language, file, text }: Block): Promise<string> {
  if (language === "console") return `\`\`\`console\n${await printConsole(session, text)}\`\`\``;
  if (language === "sh") {
    for (const command of commandsIn(text)) {
      const printed = await runCommand(session, command);
      if (session.lastCode !== 0) throw new Error(`${command} ends with ${session.lastCode}:\n${printed}`);
    }
  }
  if (file !== undefined && language === "yaml") await writeShownFile(session, file, text);
  if (file !== undefined && language === "diff") await changeShownFile(session, file, text);
  return whole;
}

/** The commands of the block, each with what it prints now; a line `…` in the page stands for any lines. */
async function printConsole(session: Session, text: string): Promise<string> {
  const printed: string[] = [];
  for (const [, command, shown] of text.matchAll(/^\$ ((?:.*\\\n)*.*)\n((?:(?!\$ ).*\n)*)/gm)) {
    const output = await runCommand(session, command!.replaceAll("\\\n", ""));
    const whole = `${output.trim()}\n`;
    printed.push(`$ ${command}\n${output === "" || isExcerpt(shown!, whole) ? shown : whole}`);
  }
  return printed.join("");
}

/** Whether the text is the whole, but for what its lines `…` stand for. */
function isExcerpt(text: string, whole: string): boolean {
  const pieces = text.split(/^…$\n/m).map((piece) => piece.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return new RegExp(`^${pieces.join("[^]*?")}$`).test(whole);
}

function commandsIn(text: string): string[] {
  return text
    .replaceAll("\\\n", "")
    .split("\n")
    .map((line) => line.replace(/(^|\s)#.*$/, "").trim())
    .filter((line) => line !== "");
}
