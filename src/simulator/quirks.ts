import { compareVersions, parseVersion } from "../kinds/version.ts";

/** What the supported servers do differently. Where the version of a change is not known, the first later one seen counts. */
export interface Quirks {
  /** A patch that changes nothing is answered without a write. */
  readonly noOpsAreFree: boolean;
  /** A user written whole, or whose hash is removed, keeps the stored hash. */
  readonly hashesAreKept: boolean;
  /** User names and role lists are checked by PATCH as by PUT. */
  readonly patchChecksUsers: boolean;
  /** Names of users are decoded once more than core did, to look for a colon. */
  readonly namesAreDecodedAgain: boolean;
  readonly patchChecksMaskedFields: boolean;
  /** Blank items of lists are refused, not only null. */
  readonly blankItemsAreRefused: boolean;
  /** Administrators may send `hidden`. */
  readonly hiddenMaySent: boolean;
  /** Administrators may write roles that hold `restapi:admin/…`. */
  readonly administratorsMayGrantRestAdmin: boolean;
  /** Nobody may add `restapi:admin/…` to what exists, as nobody may create it. */
  readonly changesMayNotGrantRestAdmin: boolean;
  readonly groupTypesAreChecked: boolean;
  readonly passwordsAreRedacted: boolean;
  readonly unauthorizedHasText: boolean;
  readonly versionHeader: boolean;
  /** Broken patterns in a role keep the document from being loaded. */
  readonly rolePatternsPoison: boolean;
  readonly shortSigningKeysPoison: boolean;
  readonly staticNamesPoison: boolean;
  readonly missingAuditPoisons: boolean;
  readonly hasCertificatesEndpoint: boolean;
  readonly hasListenersEndpoint: boolean;
  readonly cacheOnlyFlushes: boolean;
  readonly forgetsSingleUsers: boolean;
  readonly filtersUsers: boolean;
  readonly hasLegacyConfigUpdate: boolean;
}

/** The behaviour of one version. */
export function quirksOf(version: string): Quirks {
  const parsed = parseVersion(version);
  const since = (first: string): boolean => compareVersions(parsed, parseVersion(first)) >= 0;
  return {
    noOpsAreFree: since("2.16"),
    hashesAreKept: since("2.12"),
    patchChecksUsers: since("2.12"),
    namesAreDecodedAgain: since("2.12"),
    patchChecksMaskedFields: !since("2.16"),
    blankItemsAreRefused: since("3.4"),
    hiddenMaySent: since("2.12"),
    administratorsMayGrantRestAdmin: !since("2.12"),
    changesMayNotGrantRestAdmin: since("2.12"),
    groupTypesAreChecked: since("2.15"),
    passwordsAreRedacted: since("2.13"),
    unauthorizedHasText: since("2.12"),
    versionHeader: since("3.0"),
    rolePatternsPoison: !since("3.0"),
    shortSigningKeysPoison: since("2.12"),
    staticNamesPoison: !since("3.0"),
    missingAuditPoisons: !since("2.12"),
    hasCertificatesEndpoint: since("2.15"),
    hasListenersEndpoint: since("3.0"),
    cacheOnlyFlushes: since("3.0"),
    forgetsSingleUsers: since("3.1"),
    filtersUsers: since("2.12"),
    hasLegacyConfigUpdate: since("3.0"),
  };
}
