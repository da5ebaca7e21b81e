import type { Version, Versions } from "../model/finding.ts";

const version = /^(\d{1,4})\.(\d{1,4})(?:\.(\d{1,4}))?(?!\d)/;

/** Returns true if a text from another source begins with a version. */
export function isVersion(text: string): boolean {
  return version.test(text);
}

/**
 * Parses `2.19.4`, also shortened (`2.12`) or with a suffix (`3.0.0-alpha1`). Any other text is a fault of
 * osac.
 */
export function parseVersion(text: string): Version {
  const match = version.exec(text);
  if (!match) throw new Error(`not a version: ${text}`);
  return { major: Number(match[1]), minor: Number(match[2]), patch: Number(match[3] ?? 0) };
}

/** Formats a version as `2.19.4`. */
export function formatVersion({ major, minor, patch }: Version): string {
  return `${major}.${minor}.${patch}`;
}

/** Compares two versions. The result is negative if `a` is older than `b`. */
export function compareVersions(a: Version, b: Version): number {
  return a.major - b.major || a.minor - b.minor || a.patch - b.patch;
}

/** Returns true from this version on: `isSince(version, "2.12")`. */
export function isSince(version: Version, first: string): boolean {
  return compareVersions(version, parseVersion(first)) >= 0;
}

/** Returns true if a version lies in a range. */
export function isWithin(version: Version, { since, until }: Versions): boolean {
  return (
    (since === undefined || isSince(version, since)) && !(until !== undefined && isSince(version, until))
  );
}
