import { countDestructiveEffects } from "../kinds/destructive.ts";
import { guardFinding, describeOrigin, type Guard } from "./guard.ts";

/** Refuses more deletions in one run than the limit. */
export const mostDeletes: Guard = ({ dangers, choice: { deletes } }) => {
  if (dangers.length <= deletes.max) return [];
  const limit = `and at most ${deletes.max} are allowed (${describeOrigin(deletes, "--max-deletes")})`;
  const orElse = `; or raise the limit: --max-deletes ${dangers.length}`;
  return [
    guardFinding("too-many-deletes", `${countDestructiveEffects(dangers)} in one run, ${limit}`, dangers, {
      orElse,
    }),
  ];
};
