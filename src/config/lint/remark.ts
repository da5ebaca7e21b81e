import type { Declared, Directory, Finding } from "../../model.ts";

/** A finding before it has a place: `pointer` is a JSON pointer below the entity, "" the entity itself. */
export interface Remark extends Omit<Finding, "at" | "kind" | "name"> {
  readonly pointer: string;
}

/** Looks at one entity, among all that are declared. */
export type Rule = (entity: Declared, directory: Directory) => Remark[];
