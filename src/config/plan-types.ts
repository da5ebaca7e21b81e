import { planIdDigitsMin } from "../model.ts";
import { refuse, scalar, type ValueType } from "./value-types.ts";

/** The id of a plan, whole or from its beginning. Fewer digits could be met by accident. */
export const planId: ValueType<string> = scalar("ID", (value, source) => {
  const id = value.toLowerCase();
  if (new RegExp(`^[0-9a-f]{${planIdDigitsMin},64}$`).test(id)) return id;
  return refuse(source, `the id of a plan, or at least its first ${planIdDigitsMin} digits`, value);
});
