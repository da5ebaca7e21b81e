import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { partitions } from "../../../src/lint/iam-arns.ts";
import { listTextRule } from "../../../src/lint/list-texts.ts";
import type { Body } from "../../../src/model/value.ts";

const at = { file: "roles_mapping.yml", line: 1, column: 1 };

function judge(body: Body): string[] {
  const directory = { path: "", kinds: new Map(), ignored: [], findings: [] };
  const mapping = { kind: "rolesmapping", name: "reader", body, at } as const;
  return listTextRule(mapping, directory).map(({ code, pointer, message }) => {
    expect(code).toBe("iam-arn");
    return `${pointer}: ${message}`;
  });
}

test.for([
  [
    "backend_roles",
    "arn:aws:sts::123456789012:assumed-role/osac/session",
    /ARN of a session and matches nobody/,
  ],
  ["users", "arn:aws:iam::123456789012:role/osac", /move|role, which is no user/],
  ["backend_roles", "arn:aws:iam::123456789012:user/ada", /user, which is no backend role/],
  ["backend_roles", "arn:aws:IAM::123456789012:role/osac", /case matters/],
  ["backend_roles", "arn:aws-china:iam::123456789012:role/osac", /partition/],
  ["and_backend_roles", "arn:aws:iam::1234:role/osac", /twelve digits/],
] as const)("%s: %s matches nobody, and is said to", ([field, arn, why]) => {
  const found = judge({ [field]: ["a", arn] });
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(why);
  expect(found[0]).toMatch(new RegExp(`^/${field}/1: `));
});

test("ARNs in their places, Cognito users and patterns are left alone", () => {
  const body = {
    users: ["arn:aws:iam::123456789012:user/ada", "Cognito/pool/ada", "arn:*"],
    backend_roles: [
      "arn:aws:iam::123456789012:role/osac",
      "arn:aws-cn:iam::123456789012:role/path/osac",
      "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Admin_0123456789abcdef",
    ],
  };
  expect(judge(body)).toEqual([]);
});

test("a partition is right if the AWS SDK knows it", () => {
  const path = "@aws-sdk/core/dist-es/submodules/client/util-endpoints/lib/aws/partitions.js";
  const known = readFileSync(join(import.meta.dirname, "../../../node_modules", path), "utf8");
  const ids = [...known.matchAll(/"id": "([^"]+)"/g)].map(([, id]) => id!);
  expect(partitions).toEqual(ids.toSorted());
  for (const partition of partitions)
    expect(judge({ backend_roles: [`arn:${partition}:iam::123456789012:role/osac`] })).toEqual([]);
});
