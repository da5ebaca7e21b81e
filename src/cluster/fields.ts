import { isFields } from "../kinds/canonical.ts";
import type { Json } from "../model.ts";

/** The fields of a part of an answer; none where it is no object. */
export function fieldsOf(value: Json | undefined): { readonly [key: string]: Json } {
  return isFields(value) ? value : {};
}
