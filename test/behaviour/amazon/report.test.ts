import { expect, test } from "vitest";
import { run, signAsMaster, startDomain } from "./domain.ts";

signAsMaster();

const names = [
  "123456789012",
  "arn:aws:sts::123456789012:assumed-role/secret-team/ada",
  "vpc-logs-abc.eu-west-1.es.amazonaws.com",
  "10.20.30.40",
  "fe80:1:2:3::7",
  "ada@example.org",
  "AKIAIOSFODNN7EXAMPLE",
  "User [name=ada, backend_roles=[secret-team]]",
];

const refused = { Message: names.join(" ") };

/** Answers with names in every place where a service may put them. */
const odd: Readonly<Record<string, unknown>> = {
  "in a message": refused,
  "in the names of fields": { "ada@example.org": 1, "10.20.30.40": {}, "secret-team": [], user_name: "ada" },
  "in a version": { version: { number: names.join(" "), distribution: ["secret-team"], build_type: 5 } },
};

test.for(Object.entries(odd))("status --report shows no name of an odd service, %s", async ([, body]) => {
  const domain = await startDomain();
  const fault = {
    status: 403,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  };
  domain.fail(...Array.from({ length: 40 }, () => fault));
  const { code, out, err } = await run(domain, ["status", "--report"]);
  expect({ code, err }).toMatchObject({ code: 0 });
  expect(out.match(/^GET /gm)).toHaveLength(10);
  for (const name of [...names, "secret-team", "ada"]) expect(out).not.toContain(name);
});

test("status --report is short, however many fields a service answers", async () => {
  const domain = await startDomain();
  const letters = "abcdefghijklmnopqrstuvwxyz";
  const fields = [...letters].flatMap((a) => [...letters].map((b) => [`field_${a}_${b}`, 1]));
  const fault = { status: 200, body: JSON.stringify(Object.fromEntries(fields)) };
  domain.fail(...Array.from({ length: 40 }, () => fault));
  const { out } = await run(domain, ["status", "--report"]);
  expect(out).toContain("and 646 more");
  expect(out.length).toBeLessThan(10_000);
});
