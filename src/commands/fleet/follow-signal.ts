/** A signal that another one aborts, until `stop`. */
export interface FollowingSignal {
  readonly signal: AbortSignal;
  readonly stop: () => void;
}

/**
 * Makes a signal of its own for a part of a run. Its listeners, and all that they hold, end with the part:
 * `AbortSignal.any` would keep them as long as the signal that it follows.
 */
export function followSignal(followed: AbortSignal): FollowingSignal {
  const own = new AbortController();
  const abort = (): void => own.abort(followed.reason);
  followed.addEventListener("abort", abort, { once: true });
  return { signal: own.signal, stop: () => followed.removeEventListener("abort", abort) };
}
