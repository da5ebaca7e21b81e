import { countDangers } from "../kinds/danger.ts";
import { refusal, setWhere, type Guard } from "./guard.ts";

/** Refuses more deletions in one run than the limit. */
export const mostDeletes: Guard = ({ dangers, choice: { deletes } }) => {
  if (dangers.length <= deletes.most) return [];
  const limit = `and at most ${deletes.most} are allowed (${setWhere(deletes, "--max-deletes")})`;
  const orElse = `; or raise the limit: --max-deletes ${dangers.length}`;
  return [refusal("too-many-deletes", `${countDangers(dangers)} in one run, ${limit}`, dangers, { orElse })];
};
