import { Refusal, invalid, message, type Answer } from "./answers.ts";
import type { Caller } from "./authenticate.ts";
import { isObject, asText } from "./documents.ts";
import { parseBody } from "./entities.ts";
import type { SimulatedNode } from "./node.ts";
import { hashPassword, passwordProblem, verifyPassword } from "./passwords.ts";
import { hasFlag } from "./references.ts";
import type { JsonObject } from "../model/value.ts";

/** `PUT /account`: a user changes its own password. This needs a login, and no further permission. */
export async function changeAccount(node: SimulatedNode, caller: Caller, body: string): Promise<Answer> {
  const { current_password: current, password, hash } = parseContent(body);
  const { entities, seqNo } = node.store.load("internalusers");
  const { name } = caller;
  const problem = password === undefined ? undefined : passwordProblem(name, asText(password));
  if (problem !== undefined) throw new Refusal(invalid(problem));
  const user = entities.get(name);
  if (!user) throw new Refusal(message(404, `account '${name}' not found.`));
  if (hasFlag(user, "hidden")) throw new Refusal(message(404, `Resource '${name}' is not available.`));
  if (hasFlag(user, "reserved")) throw new Refusal(message(403, `Resource '${name}' is reserved.`));
  if (!(await verifyPassword(asText(current), asText(user["hash"]))))
    throw new Refusal(message(400, "Could not validate your current password."));
  if (password === undefined && hash === undefined)
    throw new Refusal(message(400, "Both provided password and hash cannot be null/empty."));
  const next = password === undefined ? asText(hash) : await hashPassword(asText(password));
  await node.store.save("internalusers", new Map([...entities, [name, { ...user, hash: next }]]), seqNo);
  return message(200, `'${name}' updated.`);
}

const fields = ["current_password", "password", "hash"];

function parseContent(body: string): JsonObject {
  const content = parseBody(body);
  if (!isObject(content) || Object.keys(content).length === 0)
    throw new Refusal(invalid("Request body required for this action."));
  const names = Object.keys(content);
  const unknown = names.filter((name) => !fields.includes(name)).join(",");
  const isComplete = names.includes("current_password");
  if (unknown !== "" || !isComplete)
    throw new Refusal(
      invalid("Invalid configuration", {
        ...(unknown === "" ? {} : { invalid_keys: { keys: unknown } }),
        ...(isComplete ? {} : { missing_mandatory_keys: { keys: "current_password" } }),
      }),
    );
  return content;
}
