import type { Json } from "../model/value.ts";
import type { FileSource, Source } from "./value-types.ts";

/** A setting before it is read: its texts, and the place that won. */
export interface GivenSetting {
  readonly texts: readonly string[];
  readonly source: Source;
  /** Higher wins: a flag, then the environment, then osac.yml. */
  readonly rank: number;
  /** Only of osac.yml: the value as it stands there, and whether somebody outside of the files chose that very file. */
  readonly file?: { readonly value: Json; readonly source: FileSource; readonly isPinned: boolean };
}
