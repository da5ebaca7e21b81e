/** The exit codes, the same for every command; `docs/` and `--help` list them from here. */
export const exitCodes = {
  done: { code: 0, meaning: "done, nothing to do, or declined at the prompt" },
  internal: { code: 1, meaning: "internal error, please report" },
  changes: { code: 2, meaning: "changes or drift found, a certificate expires soon, or access is denied" },
  input: { code: 3, meaning: "bad input: files, settings, arguments" },
  stale: { code: 4, meaning: "stale plan" },
  guard: { code: 5, meaning: "refused by a guard" },
  partial: { code: 6, meaning: "applied in part, rejected by the server, or not as desired after the write" },
  access: { code: 7, meaning: "cluster unreachable, login failed, or not allowed" },
  lockout: {
    code: 8,
    meaning: "lockout: the plan would lock the caller out, or a change did and osac reverted it",
  },
  unknown: { code: 9, meaning: "osac access: osac cannot tell; the answer says why" },
  interrupted: { code: 130, meaning: "interrupted (130 by Ctrl-C, 143 by SIGTERM)" },
} as const;

/** The reasons in the table of exit codes. */
export type ExitReason = keyof typeof exitCodes;
