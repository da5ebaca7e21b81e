import { options, type Option } from "../settings/options.ts";
import { commands, type Command } from "./index.ts";

/** A command line in its parts, which are found without yargs because yargs may fail. */
export interface Tokens {
  /** The first words that name a command; a later word is an argument, even if it names a command. */
  readonly command?: Command | undefined;
  /** Words that are neither a flag, nor the value of a flag, nor the command. */
  readonly words: readonly string[];
  /** The first value of `--output`. */
  readonly output?: string | undefined;
  /** The first value of `--target`. */
  readonly target?: string | undefined;
  readonly isHelpAsked: boolean;
  /** The command line for yargs, with the command before its flags. */
  readonly argv: readonly string[];
}

/** The flag with which a completion script asks yargs for answers. */
export const completionFlag = "--get-yargs-completions";

const flagOptions = new Map(
  Object.values(options).flatMap((option: Option<unknown>) =>
    [option.flag && `--${option.flag}`, option.letter && `-${option.letter}`].flatMap((token) =>
      token ? [[token, option] as const] : [],
    ),
  ),
);

/** Splits any command line, valid or not, into command, words and flags. */
export function readTokens(argv: readonly string[]): Tokens {
  // For completion, the shell passes a command line inside another one.
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
  const rest = argv.flatMap((token, index) => {
    if (positions.slice(0, size).includes(index)) return [];
    // Yargs reads every token that begins with a minus as a flag.
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
    output: findValue(flags, "--output"),
    target: findValue(flags, "--target"),
    isHelpAsked,
    argv: [...words.slice(0, size), ...rest],
  };
}

function isFlag(token: string): boolean {
  return /^-./.test(token);
}

/** Returns true if the next token is the value of the flag at this index. */
function takesNext(flags: readonly string[], index: number): boolean {
  const next = flags[index + 1];
  const option = flagOptions.get(flags[index]!);
  if (!option || next === undefined) return false;
  if (isFlag(next)) return option.type.placeholder !== undefined && isChoiceTakenAway(next, option);
  return option.type.placeholder !== undefined || /^(?:true|false)$/.test(next);
}

/** Returns true for `-files` or `-files,-skipped`, which `--fail-on` accepts. */
function isChoiceTakenAway(token: string, { type: { choices = [] } }: Option<unknown>): boolean {
  return token.split(",").every((word) => word.startsWith("-") && choices.includes(word.slice(1)));
}

/** Finds the first value of a flag. */
function findValue(flags: readonly string[], flag: string): string | undefined {
  const values = flags.flatMap((token, index) => {
    if (token === flag) return takesNext(flags, index) ? [flags[index + 1]!] : [];
    return token.startsWith(`${flag}=`) ? [token.slice(flag.length + 1)] : [];
  });
  return values[0];
}
