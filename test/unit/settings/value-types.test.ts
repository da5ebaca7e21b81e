import { describe, expect, test } from "vitest";
import { OsacError } from "../../../src/errors.ts";
import { options, type OptionName } from "../../../src/settings/options.ts";
import type { Source, ValueType } from "../../../src/settings/value-types.ts";

const source: Source = { name: "--it", base: "/base", at: { file: "osac.yml", line: 3, column: 5 } };

function read(name: OptionName, ...texts: readonly string[]): unknown {
  return (options[name].type as ValueType<unknown>).read(texts, source);
}

/** The code, the message and the hint of a refusal, which names the place. */
function refusal(name: OptionName, ...texts: readonly string[]): string {
  try {
    return `read as ${JSON.stringify(read(name, ...texts))}`;
  } catch (error) {
    if (!(error instanceof OsacError)) throw error;
    const [finding] = error.findings;
    expect(error.findings).toHaveLength(1);
    expect(finding).toMatchObject({ at: source.at, severity: "error" });
    return [finding!.message, finding!.hint].filter((one) => one !== undefined).join(" | ");
  }
}

describe("one value of a flag or a variable", () => {
  test.for<[OptionName, string, unknown]>([
    ["timeout", "0.1", 0.1],
    ["timeout", "3600", 3600],
    ["timeout", "1.125", 1.125],
    ["maxDeletes", "0", 0],
    ["maxDeletes", "1000000", 1_000_000],
    ["passwordCost", "1", 1],
    ["passwordCost", "10000000", 10_000_000],
    ["certDays", "36500", 36_500],
    ["expires", "0.01", 0.01],
    ["expires", "8760", 8760],
    ["maxDeleteShare", "0%", "0%"],
    ["maxDeleteShare", "100%", "100%"],
    ["maxDeleteShare", "012.500%", "12.5%"],
    ["strict", "TRUE", true],
    ["strict", "1", true],
    ["strict", "False", false],
    ["strict", "0", false],
    ["url", "http://a", "http://a"],
    ["url", "HTTPS://A:9200/", "https://a:9200"],
    ["url", "https://a/search//", "https://a/search"],
    ["caCert", "ca.pem", "/base/ca.pem"],
    ["caCert", "/etc/ca.pem", "/etc/ca.pem"],
    ["passwordFile", "-", "-"],
    ["passwordFile", "pw", "/base/pw"],
    ["serverVersion", "2.19.4", "2.19.4"],
    ["serverVersion", "3.4", "3.4"],
    ["expectPlan", "A".repeat(32), "a".repeat(32)],
    ["expectPlan", "0".repeat(64), "0".repeat(64)],
    ["username", " as it is ", " as it is "],
    ["passwordAlgorithm", "argon2", "argon2"],
  ])("%s takes %j", ([name, text, value]) => {
    expect(read(name, text)).toBe(value);
  });

  const seconds = "--it: expected a number of seconds from 0.1 to 3600, found";
  const deletions = "--it: expected a number of deletions from 0 to 1000000, found";
  const share = "--it: expected a share from 0% to 100%, such as 20%, found";
  const url = "--it: expected a url such as https://localhost:9200 or https://example.com/opensearch, found";
  const inUrl =
    "--it: a url must not carry a user, a password or a query | pass a login with --username and --password-file, or OSAC_USERNAME and OSAC_PASSWORD";
  const planId = "--it: expected the id of a plan, or at least its first 32 digits, found";

  test.for<[OptionName, string, string]>([
    ["timeout", "0.099", `${seconds} "0.099"`],
    ["timeout", "3600.001", `${seconds} "3600.001"`],
    ["timeout", "1.1234", `${seconds} "1.1234"`],
    ["timeout", "1e3", `${seconds} "1e3"`],
    ["timeout", "a1", `${seconds} "a1"`],
    ["timeout", "1a", `${seconds} "1a"`],
    ["timeout", "1.", `${seconds} "1."`],
    ["timeout", "", `${seconds} ""`],
    ["maxDeletes", "1000001", `${deletions} "1000001"`],
    ["maxDeletes", "1.5", `${deletions} "1.5"`],
    ["maxDeletes", "x1", `${deletions} "x1"`],
    ["maxDeletes", "-1", `${deletions} "-1"`],
    ["passwordCost", "0", '--it: expected a whole number from 1 to 10000000, found "0"'],
    ["certDays", "36501", '--it: expected a number of days from 0 to 36500, found "36501"'],
    ["expires", "0", '--it: expected a number of hours from 0.01 to 8760, found "0"'],
    ["expires", "8760.01", '--it: expected a number of hours from 0.01 to 8760, found "8760.01"'],
    ["expires", "1.001", '--it: expected a number of hours from 0.01 to 8760, found "1.001"'],
    ["maxDeleteShare", "100.001%", `${share} "100.001%"`],
    ["maxDeleteShare", "20", `${share} "20"`],
    ["maxDeleteShare", "x20%", `${share} "x20%"`],
    ["maxDeleteShare", "20%x", `${share} "20%x"`],
    ["maxDeleteShare", "-1%", `${share} "-1%"`],
    ["strict", "yes", '--it: expected true or false, found "yes"'],
    ["strict", "constructor", '--it: expected true or false, found "constructor"'],
    ["url", "a:9200", `${url} "a:9200"`],
    ["url", "x https://a", `${url} "x https://a"`],
    ["url", "https://", `${url} "https://"`],
    ["url", "https://a?b", inUrl],
    ["url", "ftp://a", `${url} "ftp://a"`],
    ["url", "https://a#b", inUrl],
    ["url", "https://ann@a", inUrl],
    ["url", "ann@a", inUrl],
    ["serverVersion", "new", '--it: expected a version such as 2.19.4, found "new"'],
    ["expectPlan", "a".repeat(31), `${planId} "${"a".repeat(31)}"`],
    ["expectPlan", "a".repeat(65), `${planId} "${"a".repeat(65)}"`],
    ["expectPlan", "g".repeat(32), `${planId} "${"g".repeat(32)}"`],
    [
      "passwordAlgorithm",
      "bcript",
      '--it: expected one of bcrypt, pbkdf2, argon2, found "bcript" | did you mean "bcrypt"?',
    ],
    ["passwordAlgorithm", "", '--it: expected one of bcrypt, pbkdf2, argon2, found ""'],
    ["nodeSettings", "{}", '--it: expected a map, found "a text"'],
    ["breakGlass", "ann", '--it: expected a list in osac.yml, found ""'],
    ["layers", "base", '--it: expected a list in osac.yml, found ""'],
    ["variables", "a=b", '--it: expected a map in osac.yml, found ""'],
  ])("%s refuses %j", ([name, text, message]) => {
    expect(refusal(name, text)).toBe(message);
  });
});

describe("a list of values", () => {
  test.for<[OptionName, string[], unknown]>([
    ["kinds", ["tenants, roles", "roles"], ["tenants", "roles"]],
    ["placeholderFiles", ["a, /b", "a"], ["/base/a", "/b"]],
    ["onlyPlaceholders", ["A_1,TEAM_*", "*"], ["A_1", "TEAM_*", "*"]],
    ["allowPlaceholder", ["A, file:x/*", "file:y,A"], ["A", "file:x/*", "file:y"]],
    ["setPassword", ["ann\nbob\r\n", "ann", "a, b"], ["ann", "bob", "a, b"]],
    ["historyPaths", ["old/security", "a..b"], ["old/security", "a..b"]],
    ["attribute", ["a=b=c", "d="], { a: "b=c", d: "" }],
    ["failOn", ["unmanaged, live"], ["live", "unmanaged"]],
    ["failOn", ["+unmanaged,-files"], ["live", "both", "unknown", "skipped", "unmanaged", "escalation"]],
    ["failOn", ["-live"], ["files", "both", "unknown", "skipped", "escalation"]],
    [
      "prune",
      ["roles=all", "tenants=never", "roles=all"],
      {
        roles: { mode: "all", include: ["*"], exclude: [] },
        tenants: { mode: "never", include: ["*"], exclude: [] },
      },
    ],
    [
      "allowDelete",
      ["roles/a/b", String.raw`users/x`.replace("users", "internalusers")],
      [
        { address: "roles/a/b", setBy: "--it", isFlag: true },
        { address: "internalusers/x", setBy: "--it", isFlag: true },
      ],
    ],
    [
      "allowEscalation",
      ["everything/user:a/b"],
      [{ address: "everything/user:a/b", setBy: "--it", isFlag: true }],
    ],
    [
      "ignore",
      ["roles/a", String.raw`roles/a/\*b`],
      [
        { kind: "roles", name: "a", reason: "left out by --it", setBy: "--it" },
        { kind: "roles", name: String.raw`a/\*b`, reason: "left out by --it", setBy: "--it" },
      ],
    ],
  ])("%s reads %j", ([name, texts, value]) => {
    expect(read(name, ...texts)).toEqual(value);
  });

  const folder = "--it: expected a directory from the top of the repository, such as old/security, found";
  const variable = "--it: expected names such as GRAFANA_PASSWORD or TEAM_*, found";
  const placeholder = "--it: expected names such as TEAM_NAME, TEAM_* or file:PATH, found";
  const entity = "--it: expected KIND/NAME, such as roles/old_reader, found";
  const escalation = "--it: expected WORD/WHO, such as security-administration/user:anna, found";
  const onePattern =
    '--it: expected one name, and no pattern, found "roles/*" | name each; a * or ? that is part of a name has a \\ before it';

  test.for<[OptionName, string[], string]>([
    ["placeholderFiles", ["a,,b"], '--it: expected values between the commas, found "a,,b"'],
    ["onlyPlaceholders", ["A", "B,"], '--it: expected values between the commas, found "A,B,"'],
    ["onlyPlaceholders", ["A,1A"], `${variable} "1A"`],
    ["onlyPlaceholders", ["A*B"], `${variable} "A*B"`],
    ["onlyPlaceholders", ["-A"], `${variable} "-A"`],
    ["onlyPlaceholders", ["file:x"], `${variable} "file:x"`],
    ["allowPlaceholder", ["A,a-b"], `${placeholder} "a-b"`],
    ["allowPlaceholder", ["file:"], `${placeholder} "file:"`],
    ["allowPlaceholder", ["file:*"], `${placeholder} "file:*"`],
    ["allowPlaceholder", ["file:a*b"], `${placeholder} "file:a*b"`],
    ["allowPlaceholder", ["a file:b"], `${placeholder} "a file:b"`],
    ["historyPaths", ["/old"], `${folder} "/old"`],
    ["historyPaths", ["a", "../old"], `${folder} "../old"`],
    ["historyPaths", ["a/.."], `${folder} "a/.."`],
    ["attribute", ["=a"], '--it: expected an attribute such as ldap.department=sales, found "=a"'],
    ["attribute", ["a"], '--it: expected an attribute such as ldap.department=sales, found "a"'],
    [
      "failOn",
      ["+unmanaged", "live"],
      '--it: expected a list, or words that all begin with + or -, found "+unmanaged,live"',
    ],
    [
      "failOn",
      ["-live,-files,-both,-unknown,-skipped,-escalation"],
      '--it: expected something that counts as drift, found "-live,-files,-both,-unknown,-skipped,-escalation"',
    ],
    [
      "failOn",
      ["+lives"],
      '--it: expected one of live, files, both, unknown, skipped, unmanaged, escalation, found "lives" | did you mean "live"?',
    ],
    ["prune", ["roles=some"], '--it: expected roles=never, roles=removed, roles=all, found "roles=some"'],
    ["prune", ["roles"], '--it: expected roles=never, roles=removed, roles=all, found "roles"'],
    ["prune", ["roles=all", "roles=never"], '--it: expected roles only once, found "roles=never"'],
    ["allowDelete", ["roles"], `${entity} "roles"`],
    ["allowDelete", ["roles/"], `${entity} "roles/"`],
    ["allowDelete", ["roles/*"], onePattern],
    ["allowEscalation", ["everything"], `${escalation} "everything"`],
    ["allowEscalation", ["everything/"], `${escalation} "everything/"`],
    ["ignore", ["roles/*"], onePattern],
  ])("%s refuses %j", ([name, texts, message]) => {
    expect(refusal(name, ...texts)).toBe(message);
  });

  test.for<[OptionName, string, RegExp]>([
    ["kinds", "role", /expected one of .*roles.*, found "role" \| did you mean "roles"\?$/],
    ["prune", "config=all", /expected one of .*roles.*, found "config"/],
    ["allowDelete", "role/a", /expected one of .*roles.*, found "role" \| did you mean "roles"\?$/],
    [
      "allowEscalation",
      "everythin/user:a",
      /expected one of security-administration, .*, found "everythin" \| did you mean "everything"\?$/,
    ],
  ])("%s knows what is near to %j", ([name, text, message]) => {
    expect(refusal(name, text)).toMatch(message);
  });
});

test("a secret is named by its variable", () => {
  const secret = (options.password.type as ValueType<unknown>).read(["geheim"], {
    name: "OSAC_PASSWORD",
    base: "/",
  });
  expect(secret).toMatchObject({ reference: "${env.OSAC_PASSWORD}" });
});
