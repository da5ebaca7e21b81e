import { compareVersions, parseVersion } from "../value/version.ts";

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
  /** A signing key is looked at without an encryption key beside it, too. */
  readonly loneSigningKeysPoison: boolean;
  /** A broken pattern in a role takes the whole role away, and not the pattern alone. */
  readonly brokenPatternsTakeRoles: boolean;
  /** The last step of a pointer is unescaped twice. */
  readonly pointersAreUnescapedTwice: boolean;
  /** `~2` in a pointer stands for `=`. */
  readonly pointersHoldEquals: boolean;
  /** The longest text anywhere in an entity that is written. */
  readonly textLengthMax: number;
  /** The longest name of an entity that is put or deleted by itself. */
  readonly nameLengthMax: number;
  /** `NONE` alone empties a list of audit categories or users. */
  readonly noneEmptiesAuditLists: boolean;
  readonly settingsChangesAreAudited: boolean;
  readonly resourceSharingIsAudited: boolean;
  /** `restapi:admin/…` permissions open the Security API without a role of `roles_enabled`. */
  readonly restAdminNeedsNoRole: boolean;
  readonly hasApiTokens: boolean;
  readonly staticNamesPoison: boolean;
  readonly missingAuditPoisons: boolean;
  readonly hasCertificatesEndpoint: boolean;
  readonly hasListenersEndpoint: boolean;
  readonly cacheOnlyFlushes: boolean;
  readonly forgetsSingleUsers: boolean;
  readonly filtersUsers: boolean;
  readonly hasLegacyConfigUpdate: boolean;
}

/** Asked with every entity that is read. */
const known = new Map<string, Quirks>();

/** The behaviour of one version. */
export function getQuirks(version: string): Quirks {
  const quirks = known.get(version) ?? makeQuirks(version);
  known.set(version, quirks);
  return quirks;
}

function makeQuirks(version: string): Quirks {
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
    loneSigningKeysPoison: since("3.6"),
    brokenPatternsTakeRoles: since("3.6"),
    pointersAreUnescapedTwice: !since("3.7"),
    pointersHoldEquals: since("3.7"),
    textLengthMax: since("3.9") ? 4096 : since("3.8") ? 256 : Infinity,
    nameLengthMax: since("3.8") ? 256 : Infinity,
    noneEmptiesAuditLists: since("3.6"),
    settingsChangesAreAudited: since("3.8"),
    resourceSharingIsAudited: since("3.9"),
    restAdminNeedsNoRole: since("3.9"),
    hasApiTokens: since("3.7"),
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
