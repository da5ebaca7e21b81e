import { describe } from "vitest";
import { builtInStatements } from "./statements/built-in.ts";
import { patchStatements } from "./statements/patch.ts";
import { requestStatements } from "./statements/requests.ts";
import { shapeStatements } from "./statements/shapes.ts";
import type { Suite } from "./suite.ts";

/** Everything that the code relies on, on a cluster of our own. */
export function contract(suite: Suite): void {
  describe("requests", () => requestStatements(suite));
  describe("patches", () => patchStatements(suite));
  describe("shapes", () => shapeStatements(suite));
  describe("built-in entities", () => builtInStatements(suite));
}
