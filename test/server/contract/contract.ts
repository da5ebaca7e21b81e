import { describe } from "vitest";
import { accessStatements } from "./statements/access.ts";
import { builtInStatements } from "./statements/built-in.ts";
import { callerStatements } from "./statements/callers.ts";
import { nameStatements } from "./statements/names.ts";
import {
  brokenRoleStatements,
  escapeStatements,
  lengthStatements,
  newerSettingStatements,
} from "./statements/newer.ts";
import { documentStatements, patchStatements } from "./statements/patch.ts";
import { lifeStatements } from "./statements/life.ts";
import { plainStatements } from "./statements/plain.ts";
import { invalidConfigurationStatements } from "./statements/invalid-configuration.ts";
import { referenceStatements } from "./statements/references.ts";
import { requestStatements } from "./statements/requests.ts";
import { settingStatements } from "./statements/settings.ts";
import { shapeStatements } from "./statements/shapes.ts";
import { userStatements } from "./statements/users.ts";
import type { Suite } from "./suite.ts";

/** What any cluster can be asked: nothing but entities of a prefix of our own is written. */
export function harmlessContract(suite: Suite): void {
  describe("requests", () => requestStatements(suite));
  describe("patches", () => patchStatements(suite));
  describe("shapes", () => shapeStatements(suite));
  describe("references", () => referenceStatements(suite));
  describe("names", () => nameStatements(suite));
  describe("names with escapes", () => escapeStatements(suite));
  describe("lengths", () => lengthStatements(suite));
}

/** A node that speaks plain HTTP, asked under the legacy prefix: nobody can show a certificate. */
export function plainContract(suite: Suite): void {
  harmlessContract(suite);
  describe("plain HTTP and the legacy prefix", () => plainStatements(suite));
  describe("the life of entities", () => lifeStatements(suite));
}

/** Everything that the code relies on, on a cluster that is ours to spoil. */
export function contract(suite: Suite): void {
  harmlessContract(suite);
  describe("documents", () => documentStatements(suite));
  describe("built-in entities", () => builtInStatements(suite));
  describe("users", () => userStatements(suite));
  describe("settings", () => settingStatements(suite));
  describe("callers", () => callerStatements(suite));
  describe("access", () => accessStatements(suite));
  describe("an invalid stored configuration", () => invalidConfigurationStatements(suite));
  describe("newer settings", () => newerSettingStatements(suite));
  describe("broken roles", () => brokenRoleStatements(suite));
}
