import { describe, expect, test } from "vitest";
import type { SavedPlan } from "../../../src/model/saved-plan.ts";
import type { GivenSetting } from "../../../src/settings/given-setting.ts";
import type { OptionName } from "../../../src/settings/options.ts";
import { refuseIgnored, withSavedChoices } from "../../../src/settings/saved-choices.ts";
import { listErrors } from "../../support/refusal.ts";

const given = (rank: number, name: string, ...texts: string[]): GivenSetting => ({
  texts,
  rank,
  source: { name, base: "/" },
});

const ignored = async (...names: [OptionName, string?][]): Promise<string[]> =>
  listErrors(() =>
    refuseIgnored(
      new Map(names.map(([name, text = "x"]) => [name, given(3, name, text)])),
      ({ rank }) => rank === 3,
    ),
  );

describe("a flag without an effect is refused", () => {
  const start = "[ignored-flag]";

  test("what a saved plan has decided", async () => {
    const choice = (flag: string): string =>
      `${start} --${flag} does not apply with --plan: the saved plan has its own choices | leave it out, or make a new plan with it`;
    expect(await ignored(["plan"], ["kinds"], ["prune"], ["setPassword"])).toEqual(
      ["kinds", "prune", "set-password"].map(choice),
    );
    expect(await ignored(["plan"], ["expectPlan"])).toEqual([
      `${start} --expect-plan does not apply with --plan: the saved plan has its own choices | remove one of the two`,
    ]);
  });

  test("when a plan expires that is not saved, and passwords that no opaque plan has", async () => {
    expect(await ignored(["expires"])).toEqual([
      `${start} --expires has no effect without --out | save the plan with --out`,
    ]);
    expect(await ignored(["verifyPasswords"], ["secrets", "opaque"])).toEqual([
      `${start} --verify-passwords has no effect with --secrets opaque | leave out one of the two`,
    ]);
  });

  test("all at once", async () => {
    expect(await ignored(["plan"], ["expires"], ["verifyPasswords"], ["secrets", "opaque"])).toHaveLength(3);
  });

  test.for<[[OptionName, string?][]]>([
    [[["kinds"], ["expectPlan"]]],
    [[["plan"], ["maxDeletes"], ["url"]]],
    [[["expires"], ["out"]]],
    [[["verifyPasswords"], ["secrets", "resolve"]]],
    [[["verifyPasswords"]]],
    [[["secrets", "opaque"]]],
  ])("others are not: %j", ([names]) => {
    const typed = new Map(names.map(([name, text = "x"]) => [name, given(3, name, text)]));
    expect(() => refuseIgnored(typed, ({ rank }) => rank === 3)).not.toThrow();
  });

  test("a variable is not: nobody typed it for this run", () => {
    const typed = new Map<OptionName, GivenSetting>([
      ["plan", given(3, "--plan", "p")],
      ["kinds", given(2, "OSAC_KINDS", "roles")],
      ["expires", given(2, "OSAC_EXPIRES", "1")],
    ]);
    expect(() => refuseIgnored(typed, ({ rank }) => rank === 3)).not.toThrow();
  });
});

const saved = (choices: SavedPlan["choices"]): SavedPlan => ({ choices }) as unknown as SavedPlan;

describe("the choices of a saved plan", () => {
  const at = { file: "p.json", cwd: "/work", rank: 3 };
  test("replace those of the environment, and its limits yield to those of the run", () => {
    const run = new Map<OptionName, GivenSetting>([
      ["kinds", given(2, "OSAC_KINDS", "roles")],
      ["setPassword", given(2, "OSAC_SET_PASSWORD", "ann")],
      ["maxDeletes", given(2, "OSAC_MAX_DELETES", "9")],
      ["url", given(2, "OSAC_URL", "https://a")],
    ]);
    const all = withSavedChoices(
      run,
      saved({ kinds: ["tenants"], "max-deletes": ["1"], "max-delete-share": ["5%"] }),
      at,
    );
    expect(Object.fromEntries(all)).toEqual({
      kinds: { texts: ["tenants"], rank: 3, source: { name: "p.json: --kinds", base: "/work" } },
      maxDeletes: run.get("maxDeletes"),
      maxDeleteShare: {
        texts: ["5%"],
        rank: 3,
        source: { name: "p.json: --max-delete-share", base: "/work" },
      },
      url: run.get("url"),
    });
  });

  test.for(["url", "frobnicate"])("a choice that is none is refused: %s", async (flag) => {
    expect(await listErrors(() => withSavedChoices(new Map(), saved({ [flag]: ["x"] }), at))).toEqual([
      `[unknown-choice] p.json was made with --${flag}, which this version of osac does not know | make a new plan with osac plan --out`,
    ]);
  });
});
