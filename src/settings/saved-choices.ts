import { OsacError, failure, makeFinding } from "../errors.ts";
import type { Finding } from "../model/finding.ts";
import type { SavedPlan } from "../model/saved-plan.ts";
import { options, type Option, type OptionName } from "./options.ts";
import type { GivenSetting } from "./given-setting.ts";

type ResolvedSettings = ReadonlyMap<OptionName, GivenSetting>;

const selectPlanned = (planned: Option<unknown>["planned"]): OptionName[] =>
  (Object.keys(options) as OptionName[]).filter(
    (name) => (options[name] as Option<unknown>).planned === planned,
  );

const choices = selectPlanned("choice");
const limits = selectPlanned("limit");

/**
 * Refuses flags that would be ignored, because the user expects an effect.
 *
 * @param isTyped returns true for a flag, false for a variable
 */
export function refuseIgnored(given: ResolvedSettings, isTyped: (one: GivenSetting) => boolean): void {
  const typed = (name: OptionName): boolean => {
    const one = given.get(name);
    return one !== undefined && isTyped(one);
  };
  const beside = typed("plan") ? [...choices, "expectPlan" as const].filter(typed) : [];
  const findings = [
    ...beside.map((name) =>
      ignoredFlagFinding(
        `--${options[name].flag} does not apply with --plan: the saved plan has its own choices`,
        name === "expectPlan" ? "remove one of the two" : "leave it out, or make a new plan with it",
      ),
    ),
    ...(typed("expires") && !typed("out")
      ? [ignoredFlagFinding("--expires has no effect without --out", "save the plan with --out")]
      : []),
    ...(typed("verifyPasswords") && given.get("secrets")?.texts[0] === "opaque"
      ? [
          ignoredFlagFinding(
            "--verify-passwords has no effect with --secrets opaque",
            "leave out one of the two",
          ),
        ]
      : []),
  ];
  if (findings.length > 0) throw new OsacError("input", findings);
}

function ignoredFlagFinding(message: string, hint: string): Finding {
  return makeFinding("ignored-flag", { message, hint });
}

/**
 * Adds the choices of a saved plan as if they were flags, in the place of those from the environment. Limits
 * of the plan apply if the run has none.
 *
 * @param file the name of the plan in messages
 */
export function withSavedChoices(
  given: ResolvedSettings,
  saved: SavedPlan,
  { file, cwd, rank }: { readonly file: string; readonly cwd: string; readonly rank: number },
): ResolvedSettings {
  const own = [...given].filter(([name]) => !choices.includes(name));
  const carried = Object.entries(saved.choices).map(([flag, texts]): [OptionName, GivenSetting] => {
    const name = [...choices, ...limits].find((one) => options[one].flag === flag);
    if (name === undefined) throw unknownChoiceError(flag, file);
    return [name, { texts, rank, source: { name: `${file}: --${flag}`, base: cwd } }];
  });
  return new Map([...carried, ...own]);
}

function unknownChoiceError(flag: string, file: string): OsacError {
  const message = `${file} was made with --${flag}, which this version of osac does not know`;
  return failure("input", "unknown-choice", message, { hint: "make a new plan with osac plan --out" });
}
