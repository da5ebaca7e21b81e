import type { Json } from "../model/value.ts";
import type { FileSource, Source } from "./value-types.ts";

/** A setting before it is read: its texts, and the place with the highest rank. */
export interface GivenSetting {
  readonly texts: readonly string[];
  readonly source: Source;
  /** The highest rank wins: a flag, then the environment, then osac.yml. */
  readonly rank: number;
  /**
   * Present for osac.yml: the value in the file. `isPinned` is true if the user chose the file with
   * `--config` or `--settings-from`.
   */
  readonly file?: { readonly value: Json; readonly source: FileSource; readonly isPinned: boolean };
}
