import { makeLintFinding } from "../errors.ts";
import type { TextAt } from "../value/texts.ts";
import type { LintFinding } from "../model/finding.ts";
import type { TextCheck } from "./rule.ts";

/** A flaw of an ARN in a field of a mapping. The first match counts. */
interface Flaw {
  readonly matches: RegExp;
  readonly field?: "users" | "backend_roles";
  readonly why: string;
  readonly hint: string;
}

/** The partitions of AWS, as its SDK lists them. */
export const partitions: readonly string[] = [
  "aws",
  "aws-cn",
  "aws-eusc",
  "aws-iso",
  "aws-iso-b",
  "aws-iso-e",
  "aws-iso-f",
  "aws-us-gov",
];

/** The beginning of a right ARN. */
const iam = `arn:(?:${partitions.join("|")}):iam::\\d{12}:`;

const roleHint = "write arn:aws:iam::ACCOUNT:role/NAME under backend_roles";

const flaws: readonly Flaw[] = [
  {
    matches: /^arn:aws[\w-]*:sts::\d*:assumed-role\//i,
    why: "is the ARN of a session and matches nobody: the plugin sees the ARN of the role",
    hint: roleHint,
  },
  {
    matches: new RegExp(`^${iam}role/.`),
    field: "users",
    why: "is the ARN of a role, which is no user: the plugin sees it as a backend role",
    hint: "move it to backend_roles",
  },
  {
    matches: new RegExp(`^${iam}user/.`),
    field: "backend_roles",
    why: "is the ARN of a user, which is no backend role",
    hint: "move it to users",
  },
  {
    matches: new RegExp(`^(?!${iam})[Aa][Rr][Nn]:[Aa][Ww][Ss][\\w-]*:[Ii][Aa][Mm]:`),
    why: "is no ARN of IAM: the partition is one such as aws, aws-cn or aws-us-gov, the account has twelve digits, and case matters",
    hint: roleHint,
  },
];

/** Finds ARNs of IAM in a field of a mapping that match nobody. */
export function badArn(field: string): TextCheck {
  const side = field === "users" ? "users" : "backend_roles";
  return (text) => {
    const flaw = /^arn:/i.test(text) ? findFlaw(side, text) : undefined;
    return flaw && ((at) => arnFinding(field, at, flaw));
  };
}

function findFlaw(side: Flaw["field"], text: string): Flaw | undefined {
  return flaws.find(({ matches, field = side }) => field === side && matches.test(text));
}

function arnFinding(field: string, { pointer, shown }: TextAt, { why, hint }: Flaw): LintFinding {
  return makeLintFinding("iam-arn", { pointer, message: `${field}: ${shown} ${why}`, hint });
}
