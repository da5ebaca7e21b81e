import { planIdDigitsMin } from "../model/plan.ts";
import { quantityType, refuse, scalar, type ValueType } from "./value-types.ts";

/** The hours until a saved plan expires: at most a year. */
export const hours: ValueType<number> = quantityType(
  "a number of hours",
  /^\d{1,4}(\.\d{1,2})?$/,
  0.01,
  8760,
);

/** The id of a plan, in full or its first digits. Fewer digits could match another plan by accident. */
export const planId: ValueType<string> = scalar("ID", (value, source) => {
  const id = value.toLowerCase();
  if (new RegExp(`^[0-9a-f]{${planIdDigitsMin},64}$`).test(id)) return id;
  return refuse(source, `the id of a plan, or at least its first ${planIdDigitsMin} digits`, value);
});
