import type { Place } from "./finding.ts";

/** A folder of the directory whose files add, replace and drop entities of the layers before it. */
export interface Layer {
  /** The path below the directory; `""` for the directory itself. */
  readonly folder: string;
  /** The line of osac.yml that names it. */
  readonly at?: Place | undefined;
}

/** The value of a variable. osac shows it. */
export interface Variable {
  readonly value: string | number | boolean;
  readonly at?: Place | undefined;
  /** Several targets share the variable, so one of them may not use it. */
  readonly isShared?: boolean | undefined;
}

/** The way in which the files of a directory become one set of entities. */
export interface Layering {
  /** At least one; a later layer wins. */
  readonly layers: readonly Layer[];
  /** The values of `${var.NAME}`. Without them such a text is plain text, as for the plugin. */
  readonly variables?: ReadonlyMap<string, Variable> | undefined;
}

/** A plain directory, without layers and variables. */
export const plainLayering: Layering = { layers: [{ folder: "" }] };
