import { readFileSync, writeSync } from "node:fs";

// The peak of this process alone: `resourceUsage().maxRSS` counts what the parent held when it started this one.
process.on("exit", () => {
  const [, kilobytes] = /^VmHWM:\s+(\d+)/m.exec(readFileSync("/proc/self/status", "utf8"));
  writeSync(3, kilobytes);
});
