import yargs, { type Argv, type Options, type PositionalOptions } from "yargs";
import { findNearest } from "../value/nearest.ts";
import { options, type Option, type OptionName } from "../settings/options.ts";
import { failure, OsacError } from "../errors.ts";
import { fitLines } from "../report/theme.ts";
import { exitCodes } from "../exit-codes.ts";
import { completionScript, shells } from "./completion.ts";
import { commands, directory, findCommand, type Argument, type Command } from "./index.ts";
import { completionFlag, readTokens, type Tokens } from "./tokens.ts";

/** A command with its arguments. */
export interface Given {
  readonly command: Command;
  readonly directory: string;
  /** The words beside the flags, without the directory. */
  readonly words: readonly string[];
  readonly flags: ReadonlyMap<OptionName, readonly string[]>;
}

/** The result of the arguments: a text to print, or a command to run. */
export type Parsed = { readonly print: string } | Given;

type Values = Readonly<Record<string, unknown>>;

const optionNames = Object.keys(options) as OptionName[];
const flagNames = new Map(
  optionNames.flatMap((name) => (options[name].flag ? [[options[name].flag, name]] : [])),
);
/** The first words of the commands with two words. */
const groups = new Set(commands.flatMap(({ name }) => (name.includes(" ") ? [name.split(" ")[0]!] : [])));
const widthMax = 110;

/** Parses the arguments. osac refuses unknown arguments with an `OsacError` and guesses nothing. */
export async function parseArguments(given: Tokens, columns: number | undefined): Promise<Parsed> {
  const isCompleting = given.argv[0]?.startsWith(completionFlag) ?? false;
  // Without an answer the shell completes names of files.
  if (isCompleting && takesAnyValue(given.argv.at(-2))) return { print: "" };
  const tokens = isCompleting ? given : withHelp(given);
  if (!isCompleting) checkTokens(given);

  let parsed: Parsed | undefined;
  const parser = buildParser(tokens, Math.min(columns ?? widthMax, widthMax), {
    onCommand: (command, values) => {
      parsed = { command, ...readWords(command, values), flags: readFlags(command, values) };
    },
    onPrint: (print) => {
      parsed = { print };
    },
    isHelpAsked: tokens.isHelpAsked,
    isCompleting,
  });
  let print = "";
  await parser.parseAsync([...tokens.argv], {}, (error: Error | undefined, _: unknown, output: string) => {
    if (error) throw error;
    print = output;
  });
  return parsed && print === "" ? parsed : { print: `${print}\n` };
}

/** Returns true for a flag whose value is none of a few words. */
function takesAnyValue(token: string = ""): boolean {
  const name = token.startsWith("--") ? flagNames.get(token.slice(2)) : undefined;
  if (name === undefined) return false;
  const { type } = options[name];
  return name !== "output" && type.placeholder !== undefined && type.choices === undefined;
}

/** Turns `help plan` into `plan --help`. */
function withHelp(tokens: Tokens): Tokens {
  const { command, words, argv } = tokens;
  if (command || words[0] !== "help") return tokens;
  const named = words.slice(1);
  const known = named.findLastIndex((_, index) => isTopic(named.slice(0, index + 1).join(" "))) + 1;
  if (known < named.length) {
    const about = { words: named, command: findCommand(named.slice(0, known).join(" ")) };
    throw unexpectedWordError(named[known]!, about);
  }
  return {
    ...tokens,
    isHelpAsked: true,
    argv: [...named, ...argv.filter((token) => !words.includes(token)), "--help"],
  };
}

/** Returns the help of `osac --help`, also for a command line without a command. */
export async function helpText(columns: number | undefined): Promise<string> {
  const parsed = await parseArguments(readTokens(["--help"]), columns);
  return "print" in parsed ? parsed.print : "";
}

function buildParser(tokens: Tokens, width: number, use: Use): Argv {
  const parser = yargs()
    .scriptName("osac")
    .usage("osac <command>\n\nManages the OpenSearch Security configuration as code.")
    .locale("en")
    .updateStrings({ "Positionals:": "Arguments:" })
    .exitProcess(false)
    .version(false)
    .help("help", "show this help")
    .alias("help", "h")
    .parserConfiguration({
      "camel-case-expansion": false,
      "dot-notation": false,
      "parse-numbers": false,
      "parse-positional-numbers": false,
      "strip-aliased": true,
    })
    .strict()
    .strictCommands()
    .demandCommand(1, "missing command")
    .wrap(width)
    .epilogue(formatEpilogue(width))
    .fail((message, error) => {
      throw error instanceof OsacError ? error : explainUsageError(message || error?.message, tokens);
    });
  addCommands(parser, use);
  addAids(parser, use);
  return parser;
}

/** Adds the commands that read no settings. */
function addAids(parser: Argv, { onPrint }: Use): void {
  parser.command("help [command]", "show the help of osac, or of one command", (builder) =>
    builder.positional("command", { type: "string", choices: helpTopics }),
  );
  parser.command(
    formatSynopsis(completion),
    "print a script that completes commands and flags in a shell",
    (builder) => builder.positional("shell", { ...makePositional(shell), default: shells[0] } as const),
    ({ shell }) => onPrint(completionScript(shell)),
  );
}

/** Yargs uses these for completion alone, because `withHelp` reads the words. */
const helpTopics = [...new Set(commands.map(({ name }) => name.split(" ")[0]!))];

const shell: Argument = { name: "shell", what: "shell", describe: "the shell", choices: shells };
const completion = { name: "completion", words: [shell] } as const;

/** The commands that read no settings. */
const aids = [completion.name, "help"];

/** Returns true for what `osac help` explains. */
function isTopic(words: string): boolean {
  return findCommand(words) !== undefined || groups.has(words) || aids.includes(words);
}

/**
 * Adds the commands to yargs, which knows commands of one word. Commands of two words are added to groups,
 * and their full names serve only as a text of the help.
 */
function addCommands(parser: Argv, use: Use): void {
  for (const command of commands) {
    if (command.name.includes(" ")) parser.command(formatSynopsis(command), command.describe);
    else addCommand(parser, command, command.name, use);
  }
  for (const group of groups) {
    const members = commands.filter(({ name }) => name.startsWith(`${group} `));
    parser.command(group, false, (builder) => {
      for (const command of members) addCommand(builder, command, command.name.slice(group.length + 1), use);
      return builder.usage(`osac ${group} <command>`).demandCommand(1, `missing command`);
    });
  }
}

/** The callbacks and modes of a parser. */
interface Use {
  readonly onCommand: (command: Command, values: Values) => void;
  readonly onPrint: (text: string) => void;
  /**
   * True if the help is printed. Otherwise the flags are hidden, because yargs renders the help of each
   * command that it runs, which takes longer than the rest.
   */
  readonly isHelpAsked: boolean;
  readonly isCompleting: boolean;
}

function addCommand(parser: Argv, command: Command, word: string, use: Use): void {
  const { words = [], describe } = command;
  parser.command(
    [word, ...words.map(formatArgument)].join(" "),
    describe,
    (builder) => {
      for (const argument of words) builder.positional(argument.name, makePositional(argument));
      return builder
        .usage(`osac ${formatSynopsis(command)}\n\n${describe}`)
        .options(makeFlags(command, use))
        .group("help", headings.common);
    },
    (values) => use.onCommand(command, values),
  );
}

/** Formats a command for its help, for example `certificates reload <layer>`. */
function formatSynopsis({ name, words = [] }: Pick<Command, "name" | "words">): string {
  return [name, ...words.map(formatArgument)].join(" ");
}

function formatArgument({ name, isRequired, isRepeatable }: Argument): string {
  const word = isRepeatable ? `${name}..` : name;
  return isRequired ? `<${word}>` : `[${word}]`;
}

function makePositional({ describe, choices }: Argument): PositionalOptions {
  return { type: "string", describe, choices };
}

function makeFlags(command: Command, { isHelpAsked, isCompleting }: Use): Record<string, Options> {
  return Object.fromEntries(
    sortByHeading(command.options).flatMap((name) => {
      const option: Option<unknown> = options[name];
      return option.flag === undefined
        ? []
        : [
            [
              option.flag,
              {
                ...makeFlag(option, name, command),
                // Yargs uses the choices for completion alone: the description lists them, and types report
                // wrong values.
                choices: isCompleting ? getChoices(option, name, command) : undefined,
                hidden: !isHelpAsked,
                group: findHeading(option),
              },
            ],
          ];
    }),
  );
}

/** The headings of `--help` in their order: the command's own flags first, those of many commands last. */
const headings = {
  own: "Options:",
  guarding: "Guards:",
  content: "Placeholders and passwords:",
  fleet: "Several targets:",
  common: "Options of every command:",
  connection: "Cluster and login:",
} as const;

function findHeading({ group }: Option<unknown>): string {
  switch (group) {
    case "guarding":
    case "fleet":
    case "common":
    case "connection":
      return headings[group];
    case "placeholders":
    case "hashing":
      return headings.content;
    default:
      return headings.own;
  }
}

/** Yargs prints the headings in the order of their first flags. */
function sortByHeading(names: readonly OptionName[]): OptionName[] {
  return Object.values(headings).flatMap((heading) =>
    names.filter((name) => findHeading(options[name]) === heading),
  );
}

/**
 * Makes a flag of yargs. Values stay texts, and the type of the setting reads them: yargs would accept `NaN`
 * and `false`.
 */
function makeFlag(option: Option<unknown>, name: OptionName, command: Command): Options {
  const choices = getChoices(option, name, command);
  const { default: value } = option;
  const isList = option.type.placeholder?.endsWith(",…") ?? false;
  const notes = [
    choices && `${isList ? "some" : "one"} of ${choices.join(", ")}`,
    isList ? "separated by commas" : undefined,
    typeof value === "string" || typeof value === "number" ? `default ${value}` : undefined,
    option.env,
  ].filter((note) => note !== undefined);
  const describe = notes.length > 0 ? `${option.describe} (${notes.join("; ")})` : option.describe;
  const isSwitch = option.type.placeholder === undefined;
  return {
    describe,
    alias: option.letter,
    type: isSwitch ? "boolean" : "string",
    requiresArg: !isSwitch,
  };
}

function getChoices(
  { type }: Option<unknown>,
  name: OptionName,
  { outputs }: Command,
): readonly string[] | undefined {
  return name === "output" ? outputs : type.choices;
}

function formatEpilogue(width: number): string {
  const codes = Object.values(exitCodes).map(
    ({ code, meaning }) => `${String(code).padStart(5)}  ${meaning}`,
  );
  return [
    "Secrets come from files or the environment (OSAC_PASSWORD, OSAC_TOKEN), never from flags.",
    "Flags override the environment. The environment overrides osac.yml in the directory.",
    // Yargs would continue a long meaning at the left margin.
    `\nExit codes:\n${fitLines(codes.join("\n"), width)}`,
  ].join("\n");
}

/**
 * Refuses what yargs would accept: its own fields as flags (`--_`, `--$0`, `--dir`), `--no-` before a flag
 * with a value, and a switch with a value other than true or false.
 */
function checkTokens({ argv, command }: Tokens): void {
  const end = argv.indexOf("--");
  for (const token of end < 0 ? argv : argv.slice(0, end)) {
    const [, flag, value] = /^--([^=]+)(?:=(.*))?$/s.exec(token) ?? [];
    if (flag !== undefined) checkFlag(flag, value, command);
  }
}

function checkFlag(flag: string, value: string | undefined, command: Command | undefined): void {
  if (flag === "help" || isSwitchFlag(flag)) {
    if (value !== undefined && !["true", "false"].includes(value))
      throw failure(
        "input",
        "bad-value",
        `--${flag}: expected true or false, found ${JSON.stringify(value)}`,
      );
    return;
  }
  const isNegation = flag.startsWith("no-") && isSwitchFlag(flag.slice("no-".length)) && value === undefined;
  if (!isNegation && !flagNames.has(flag)) throw unknownFlagError(flag, command);
}

function isSwitchFlag(flag: string): boolean {
  const name = flagNames.get(flag);
  return name !== undefined && options[name].type.placeholder === undefined;
}

function unknownFlagError(flag: string, command: Command | undefined): OsacError {
  const close = findSimilarFlag(flag);
  const hint = close ? `did you mean --${close}?` : flagsHint(command);
  return failure("input", "unknown-flag", `unknown flag --${flag}`, { hint: secretHint(flag) ?? hint });
}

/** The error for a letter after a dash. yargs reads a word of other tools, such as `-cert`, as four of them. */
function unknownLetterError(letter: string, { argv, command }: Tokens): OsacError {
  const typed = argv.find((one) => /^-[a-z]{2,}(?:=|$)/.test(one) && one.includes(letter));
  if (!typed)
    return failure("input", "unknown-flag", `unknown flag -${letter}`, { hint: flagsHint(command) });
  const word = typed.replace(/=.*$/s, "");
  const close = findSimilarFlag(word.slice(1));
  const hint = `flags begin with two dashes${close ? `: did you mean --${close}?` : `; ${flagsHint(command)}`}`;
  return failure("input", "unknown-flag", `unknown flag ${word}`, { hint });
}

/** Finds the flag that somebody may have meant: `--cacert` is `--ca-cert`, and `--cert` is `--client-cert`. */
function findSimilarFlag(flag: string): string | undefined {
  return (
    findNearest(flag, flagNames.keys()) ?? [...flagNames.keys()].find((name) => name.endsWith(`-${flag}`))
  );
}

function flagsHint(command: Command | undefined): string {
  return command ? `osac ${command.name} --help lists the flags` : "osac --help lists the commands";
}

/** Returns a hint for flags of secrets that osac does not have. */
function secretHint(flag: string): string | undefined {
  if (flag !== "password" && flag !== "token") return undefined;
  return `a secret is never a flag's value: use --${flag}-file or OSAC_${flag.toUpperCase()}`;
}

function readWords(command: Command, values: Values): Pick<Given, "directory" | "words"> {
  const { name, words: wanted = [] } = command;
  const given = [
    ...wanted.flatMap((argument) => values[argument.name]),
    ...(values["_"] as unknown[]).slice(name.split(" ").length),
  ]
    .filter((one) => one !== undefined)
    .map(String);
  const isOpen = wanted.some(({ isRepeatable }) => isRepeatable);
  if (given.length > wanted.length && !isOpen)
    throw unexpectedWordError(given[wanted.length]!, { command, words: given });
  const empty = given.indexOf("");
  if (empty !== -1)
    throw failure("input", "empty-value", `the ${(wanted[empty] ?? wanted[0]!).what} is empty`);
  const place = wanted.indexOf(directory);
  return {
    directory: given[place] ?? ".",
    words: given.filter((_, index) => index !== place),
  };
}

function readFlags(command: Command, values: Values): Map<OptionName, readonly string[]> {
  const flags = new Map<OptionName, readonly string[]>();
  for (const name of command.options) {
    const option: Option<unknown> = options[name];
    const value = option.flag === undefined ? undefined : values[option.flag];
    if (value === undefined) continue;
    const texts = [value].flat().map(String);
    if (texts.length > 1 && !option.type.isRepeatable)
      throw failure("input", "repeated-flag", `--${option.flag} is given ${texts.length} times`, {
        hint: "keep one",
      });
    flags.set(name, texts);
  }
  return flags;
}

/** Turns an error of yargs into an error of osac. */
function explainUsageError(message: string, tokens: Tokens): OsacError {
  const [, what, names = ""] =
    /^(Unknown argument|Unknown command|Not enough arguments following)s?: (.*)$/s.exec(message) ?? [];
  if (what === "Not enough arguments following") return missingValue(`--${names}`, tokens);
  const [name = ""] = names.split(", ");
  if (what === "Unknown argument" && flagNames.has(name)) return misplacedFlagError(name);
  if (what === "Unknown argument" && name.length === 1) return unknownLetterError(name, tokens);
  return what === undefined ? incompleteError(message, tokens) : unexpectedWordError(name, tokens);
}

function missingValue(flag: string, { argv }: Tokens): OsacError {
  const next = argv[argv.indexOf(flag) + 1];
  const name = flagNames.get(flag.slice(2));
  const hint = next?.startsWith("-")
    ? `a value that begins with - follows an =: ${flag}=${next}`
    : name && `${flag}: ${options[name].describe}`;
  return failure("input", "missing-value", `${flag} needs a value`, { hint });
}

/** Makes the error for a missing command, a missing word, or a word that is none of the choices. */
function incompleteError(message: string, { command, words }: Tokens): OsacError {
  const named = command ?? (words[0] === completion.name ? completion : undefined);
  return (named && wordError(message, named, words.length)) ?? missingCommandError(message, words[0]);
}

function wordError(
  message: string,
  { name, words = [] }: Pick<Command, "name" | "words">,
  given: number,
): OsacError | undefined {
  const hint = `usage: osac ${formatSynopsis({ name, words })}`;
  const next = words[given];
  if (next && message.startsWith("Not enough non-option arguments"))
    return failure("input", "missing-argument", `${next.name} is missing: ${explain(next)}`, { hint });
  const [, wrong, found] = /^Invalid values:.*Argument: (.*), Given: (".*"), Choices:/s.exec(message) ?? [];
  const argument = words.find((one) => one.name === wrong);
  if (argument === undefined) return undefined;
  return failure("input", "bad-value", `${wrong}: expected ${explain(argument)}, found ${found}`, { hint });
}

function explain({ choices, describe }: Argument): string {
  return choices?.join(" or ") ?? describe;
}

function missingCommandError(message: string, group: string | undefined): OsacError {
  const members = commands.filter(({ name }) => name.startsWith(`${group} `)).map(formatSynopsis);
  const hint = members.length > 0 ? `osac ${members.join(", osac ")}` : "osac --help lists the commands";
  return failure("input", "missing-command", message.toLowerCase(), { hint });
}

function misplacedFlagError(flag: string): OsacError {
  const users = commands.filter((command) => command.options.some((name) => options[name].flag === flag));
  const hint =
    users.length > 0 ? `it belongs to ${users.map((command) => command.name).join(", ")}` : "leave it out";
  return failure("input", "misplaced-flag", `--${flag} does not apply to this command`, { hint });
}

function unexpectedWordError(word: string, about: Pick<Tokens, "command" | "words">): OsacError {
  const message = `unexpected argument ${JSON.stringify(word)}`;
  return failure("input", "unexpected-argument", message, { hint: explainWord(word, about) });
}

/** A word after a command is one too many. A word in the place of a command may be a typing error. */
function explainWord(word: string, { command, words }: Pick<Tokens, "command" | "words">): string {
  if (command) return `usage: osac ${formatSynopsis(command)}`;
  const group = groups.has(words[0] ?? "") ? `${words[0]} ` : "";
  const names = commands.map(({ name }) => name).filter((name) => name.startsWith(group));
  const close = findNearest(word, [...names.flatMap((name) => name.split(" ")), ...aids]);
  const meant = names.find((name) => name.split(" ").includes(close ?? "")) ?? close;
  return meant ? `did you mean osac ${meant}?` : `osac ${group}--help lists the commands`;
}
