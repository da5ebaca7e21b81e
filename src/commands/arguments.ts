import yargs, { type Argv, type Options } from "yargs";
import { nearest } from "../config/nearest.ts";
import { options, type Option, type OptionName } from "../config/options.ts";
import { exitCodes, failure, OsacError } from "../errors.ts";
import { commands, type Command } from "./index.ts";

/** What the arguments ask for: a text to print, or a command to run. */
export type Parsed =
  | { readonly print: string }
  | {
      readonly command: Command;
      readonly directory: string;
      readonly flags: ReadonlyMap<OptionName, readonly string[]>;
    };

type Values = Readonly<Record<string, unknown>>;

const optionNames = Object.keys(options) as OptionName[];
const flagNames = new Map(
  optionNames.flatMap((name) => (options[name].flag ? [[options[name].flag, name]] : [])),
);
const widthMax = 110;

/** Reads the arguments. Everything that is not understood is an `OsacError`; nothing is guessed. */
export async function parseArguments(argv: readonly string[], columns: number | undefined): Promise<Parsed> {
  const isCompleting = argv[0]?.startsWith("--get-yargs-completions");
  if (!isCompleting) checkTokens(argv);

  let parsed: Parsed | undefined;
  const parser = buildParser(Math.min(columns ?? widthMax, widthMax), (command, values) => {
    parsed = { command, directory: directoryOf(values), flags: flagsOf(command, values) };
  });
  let print = "";
  await parser.parseAsync([...argv], {}, (error: Error | undefined, _: unknown, output: string) => {
    if (error) throw error;
    print = output;
  });
  return parsed && print === "" ? parsed : { print: `${print}\n` };
}

/** The help of `osac --help`, for somebody who typed no command. */
export async function helpText(columns: number | undefined): Promise<string> {
  const parsed = await parseArguments(["--help"], columns);
  return "print" in parsed ? parsed.print : "";
}

function buildParser(width: number, onCommand: (command: Command, values: Values) => void): Argv {
  const parser = yargs()
    .scriptName("osac")
    .usage("osac <command>\n\nKeeps the configuration of the OpenSearch Security plugin in git.")
    .locale("en")
    .exitProcess(false)
    .version(false)
    .help("help", "show this help")
    .parserConfiguration({
      "camel-case-expansion": false,
      "dot-notation": false,
      "parse-numbers": false,
      "parse-positional-numbers": false,
      "strip-aliased": true,
    })
    .completion("completion", "print a script for bash or zsh that completes commands and options")
    .strict()
    .strictCommands()
    .demandCommand(1, "missing command")
    .wrap(width)
    .epilogue(epilogue())
    .fail((message, error) => {
      throw error instanceof OsacError ? error : usageError(message || error?.message);
    });
  return commands.reduce((built, command) => addCommand(built, command, onCommand), parser);
}

function addCommand(
  parser: Argv,
  command: Command,
  onCommand: (command: Command, values: Values) => void,
): Argv {
  const directory = "the directory of files, the current one by default";
  const positional = command.takesDirectory ? `${command.name} [dir]` : command.name;
  const usage = `osac ${positional}`;
  return parser.command(
    positional,
    command.describe,
    (builder) => {
      if (command.takesDirectory) builder.positional("dir", { type: "string", describe: directory });
      return builder.usage(`${usage}\n\n${command.describe}`).options(flagsFor(command));
    },
    (values) => onCommand(command, values),
  );
}

function flagsFor(command: Command): Record<string, Options> {
  return Object.fromEntries(
    command.options.flatMap((name) => {
      const option: Option<unknown> = options[name];
      return option.flag === undefined ? [] : [[option.flag, flagFor(option, name, command)]];
    }),
  );
}

/** Values stay texts here, and are read by the setting's own type: yargs would let `NaN` and `false` through. */
function flagFor(option: Option<unknown>, name: OptionName, command: Command): Options {
  const choices = name === "output" ? command.outputs : option.type.choices;
  const { default: value } = option;
  const notes = [
    choices && `one of ${choices.join(", ")}`,
    typeof value === "string" || typeof value === "number" ? `default ${value}` : undefined,
    option.env,
  ].filter((note) => note !== undefined);
  const describe = notes.length > 0 ? `${option.describe} (${notes.join("; ")})` : option.describe;
  const isSwitch = option.type.placeholder === undefined;
  return {
    describe,
    ...(option.letter ? { alias: option.letter } : {}),
    ...(isSwitch ? { type: "boolean" } : { type: "string", requiresArg: true }),
  };
}

function epilogue(): string {
  const codes = Object.values(exitCodes).map(
    ({ code, meaning }) => `${String(code).padStart(5)}  ${meaning}`,
  );
  return [
    "Secrets come from files or the environment (OSAC_PASSWORD, OSAC_TOKEN), never from flags.",
    "A flag wins over the environment, the environment over osac.yml beside the files.",
    `\nExit codes:\n${codes.join("\n")}`,
  ].join("\n");
}

/**
 * Refuses what yargs would let pass: its own fields as flags (`--_`, `--$0`, `--dir`), `--no-` before a flag that takes
 * a value, and a switch with a value that is neither true nor false.
 */
function checkTokens(argv: readonly string[]): void {
  const end = argv.indexOf("--");
  for (const token of end < 0 ? argv : argv.slice(0, end)) {
    const [, flag, value] = /^--([^=]+)(?:=(.*))?$/s.exec(token) ?? [];
    if (flag !== undefined) checkFlag(flag, value);
  }
}

function checkFlag(flag: string, value: string | undefined): void {
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
  if (!isNegation && !flagNames.has(flag)) throw unknownFlag(flag);
}

function isSwitchFlag(flag: string): boolean {
  const name = flagNames.get(flag);
  return name !== undefined && options[name].type.placeholder === undefined;
}

function unknownFlag(flag: string): OsacError {
  const close = nearest(flag, flagNames.keys());
  const hint = close ? `did you mean --${close}?` : "osac --help lists what there is";
  return failure("input", "unknown-flag", `unknown flag --${flag}`, { hint: secretHint(flag) ?? hint });
}

/** People who look for these want to know how else. */
function secretHint(flag: string): string | undefined {
  if (flag !== "password" && flag !== "token") return undefined;
  return `a secret is never a flag's value: use --${flag}-file or OSAC_${flag.toUpperCase()}`;
}

function directoryOf({ dir, _: positionals }: Values): string {
  const texts = [dir, ...(positionals as unknown[]).slice(1)].filter((one) => one !== undefined).map(String);
  if (texts.length > 1) throw unexpected(texts[1] ?? "");
  if (texts[0] === "") throw failure("input", "empty-value", "the directory's name is empty");
  return texts[0] ?? ".";
}

function flagsOf(command: Command, values: Values): Map<OptionName, readonly string[]> {
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

/** Says in our words what yargs found. */
function usageError(message: string): OsacError {
  const [, what, names = ""] =
    /^(Unknown argument|Unknown command|Not enough arguments following)s?: (.*)$/s.exec(message) ?? [];
  if (what === "Not enough arguments following")
    return failure("input", "missing-value", `--${names} needs a value`);
  const [name = ""] = names.split(", ");
  if (what === "Unknown argument" && flagNames.has(name)) return misplacedFlag(name);
  if (what === "Unknown argument" && name.length === 1)
    return failure("input", "unknown-flag", `unknown flag -${name}`);
  if (what !== undefined) return unexpected(name);
  return failure("input", "usage", message.toLowerCase(), { hint: "osac --help lists the commands" });
}

function misplacedFlag(flag: string): OsacError {
  const users = commands.filter((command) => command.options.some((name) => options[name].flag === flag));
  const hint =
    users.length > 0 ? `it belongs to ${users.map((command) => command.name).join(", ")}` : "leave it out";
  return failure("input", "misplaced-flag", `--${flag} means nothing to this command`, { hint });
}

function unexpected(word: string): OsacError {
  const close = nearest(word, [...commands.map((command) => command.name), "completion"]);
  const hint = close ? `did you mean osac ${close}?` : "osac --help lists the commands";
  return failure("input", "unexpected-argument", `unexpected argument ${JSON.stringify(word)}`, { hint });
}
