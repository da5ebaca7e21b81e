import { options, type Option } from "../settings/options.ts";
import { commands, type Command } from "./index.ts";

/** A command line, told apart without the parser: it may be the parser that fails. */
export interface Tokens {
  /** The command that stands first among the words; a word after it is its argument, whatever it is called. */
  readonly command?: Command | undefined;
  /** What is neither a flag, nor the value of one, nor the command. */
  readonly words: readonly string[];
  /** The first value of `--output`. */
  readonly output?: string | undefined;
  readonly isHelpAsked: boolean;
  /** The same command line for yargs: the command first, where it stood behind flags. */
  readonly argv: readonly string[];
}

/** The flag by which a completion script asks yargs for answers. */
export const completionFlag = "--get-yargs-completions";

const flagOptions = new Map(
  Object.values(options).flatMap((option: Option<unknown>) =>
    [option.flag && `--${option.flag}`, option.letter && `-${option.letter}`].flatMap((token) =>
      token ? [[token, option] as const] : [],
    ),
  ),
);

/** Tells the command, its words and its flags apart. Understands every command line, also a wrong one. */
export function readTokens(argv: readonly string[]): Tokens {
  // What a shell asks for completion is a command line inside another one.
  if (argv[0]?.startsWith(completionFlag)) return { words: [], isHelpAsked: true, argv };
  const end = argv.includes("--") ? argv.indexOf("--") : argv.length;
  const flags = argv.slice(0, end);
  const valuesAt = new Set(flags.flatMap((_, index) => (takesNext(flags, index) ? [index + 1] : [])));
  const isWord = (token: string, index: number): boolean =>
    index > end || (index < end && !valuesAt.has(index) && !isFlag(token));
  const positions = argv.flatMap((token, index) => (isWord(token, index) ? [index] : []));
  const words = positions.map((index) => argv[index]!);
  const command = commands.find(({ name }) => name.split(" ").every((word, index) => words[index] === word));
  const size = command?.name.split(" ").length ?? 0;
  const output = outputIn(flags);
  const rest = argv.flatMap((token, index) => {
    if (positions.slice(0, size).includes(index)) return [];
    // To yargs whatever begins with a minus is a flag.
    if (valuesAt.has(index + 1) && isFlag(argv[index + 1]!)) return [`${token}=${argv[index + 1]}`];
    if (valuesAt.has(index) && isFlag(token)) return [];
    // Yargs takes a last word `help` for `--help`.
    return [command && token === "help" && positions.includes(index) ? "./help" : token];
  });
  const isHelpAsked = flags.some(
    (token, index) => !valuesAt.has(index) && /^(?:--help|-[a-zA-Z]*h[a-zA-Z]*)$/.test(token),
  );
  return {
    command,
    words: words.slice(size),
    output,
    isHelpAsked,
    argv: [...words.slice(0, size), ...rest],
  };
}

function isFlag(token: string): boolean {
  return /^-./.test(token);
}

/** Whether the next token is the value of the flag at this place. */
function takesNext(flags: readonly string[], index: number): boolean {
  const next = flags[index + 1];
  const option = flagOptions.get(flags[index]!);
  if (!option || next === undefined) return false;
  if (isFlag(next)) return option.type.placeholder !== undefined && isChoiceTakenAway(next, option);
  return option.type.placeholder !== undefined || /^(?:true|false)$/.test(next);
}

/** `-files`, or `-files,-skipped`, as `--fail-on` takes them. */
function isChoiceTakenAway(token: string, { type: { choices = [] } }: Option<unknown>): boolean {
  return token.split(",").every((word) => word.startsWith("-") && choices.includes(word.slice(1)));
}

function outputIn(flags: readonly string[]): string | undefined {
  const values = flags.flatMap((token, index) => {
    if (token === "--output") return takesNext(flags, index) ? [flags[index + 1]!] : [];
    return token.startsWith("--output=") ? [token.slice("--output=".length)] : [];
  });
  return values[0];
}
