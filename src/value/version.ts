import type { Version, Versions } from "../model/finding.ts";

const version = /^(\d{1,4})\.(\d{1,4})(?:\.(\d{1,4}))?(?!\d)/;

/** Whether a text, which somebody else wrote, begins with a version. */
export function isVersion(text: string): boolean {
  return version.test(text);
}

/** Reads `2.19.4`, also shortened (`2.12`) or with a suffix (`3.0.0-alpha1`). Anything else is a program fault. */
export function parseVersion(text: string): Version {
  const match = version.exec(text);
  if (!match) throw new Error(`not a version: ${text}`);
  return { major: Number(match[1]), minor: Number(match[2]), patch: Number(match[3] ?? 0) };
}

/** Writes `2.19.4`. */
export function formatVersion({ major, minor, patch }: Version): string {
  return `${major}.${minor}.${patch}`;
}

/** Negative when `a` is older than `b`. */
export function compareVersions(a: Version, b: Version): number {
  return a.major - b.major || a.minor - b.minor || a.patch - b.patch;
}

/** Whether a version lies in a range. */
export function isWithin(version: Version, { since, until }: Versions): boolean {
  const isFrom = (bound: string): boolean => compareVersions(version, parseVersion(bound)) >= 0;
  return (since === undefined || isFrom(since)) && !(until !== undefined && isFrom(until));
}
