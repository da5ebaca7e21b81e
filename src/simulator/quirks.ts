import { isSince, parseVersion } from "../value/version.ts";

/**
 * The differences between the supported servers. If the version of a change is unknown, the first later one
 * seen counts.
 */
export interface Quirks {
  /** The server answers a patch without changes, and writes nothing. */
  readonly noOpsAreFree: boolean;
  /** A user that is replaced, or whose hash is removed, keeps the stored hash. */
  readonly hashesAreKept: boolean;
  /** PATCH checks user names and role lists as PUT does. */
  readonly patchChecksUsers: boolean;
  /** The plugin decodes user names once more than core, and then looks for a colon. */
  readonly namesAreDecodedAgain: boolean;
  readonly patchChecksMaskedFields: boolean;
  /** The server refuses blank items of lists, not only null. */
  readonly blankItemsAreRefused: boolean;
  /** Administrators may send `hidden`. */
  readonly hiddenMaySent: boolean;
  /** Administrators may write roles that hold `restapi:admin/…`. */
  readonly administratorsMayGrantRestAdmin: boolean;
  /** A caller may not add `restapi:admin/…` to an existing entity, nor create one with it. */
  readonly changesMayNotGrantRestAdmin: boolean;
  readonly groupTypesAreChecked: boolean;
  readonly passwordsAreRedacted: boolean;
  readonly unauthorizedHasText: boolean;
  readonly versionHeader: boolean;
  /** The server cannot load a document with a broken pattern in a role. */
  readonly rolePatternsPreventLoading: boolean;
  readonly shortSigningKeysPreventLoading: boolean;
  /** The server checks a signing key without an encryption key, too. */
  readonly loneSigningKeysPreventLoading: boolean;
  /** A broken pattern in a role disables the whole role, and not only the pattern. */
  readonly brokenPatternsTakeRoles: boolean;
  /** The server unescapes the last step of a pointer twice. */
  readonly pointersAreUnescapedTwice: boolean;
  /** `~2` in a pointer means `=`. */
  readonly pointersHoldEquals: boolean;
  /** The longest text that a written entity may have. */
  readonly textLengthMax: number;
  /** The longest name for a PUT or DELETE of one entity. */
  readonly nameLengthMax: number;
  /** `NONE` alone empties a list of audit categories or users. */
  readonly noneEmptiesAuditLists: boolean;
  readonly settingsChangesAreAudited: boolean;
  readonly resourceSharingIsAudited: boolean;
  /** `restapi:admin/…` permissions give access to the Security API without a role of `roles_enabled`. */
  readonly restAdminNeedsNoRole: boolean;
  readonly hasApiTokens: boolean;
  readonly staticNamesPreventLoading: boolean;
  readonly missingAuditPreventsLoading: boolean;
  readonly hasCertificatesEndpoint: boolean;
  readonly hasListenersEndpoint: boolean;
  readonly cacheOnlyFlushes: boolean;
  readonly forgetsSingleUsers: boolean;
  readonly filtersUsers: boolean;
  readonly hasLegacyConfigUpdate: boolean;
}

/** Caches the quirks, because every read of an entity needs them. */
const known = new Map<string, Quirks>();

/** Returns the behaviour of one version. */
export function getQuirks(version: string): Quirks {
  const quirks = known.get(version) ?? makeQuirks(version);
  known.set(version, quirks);
  return quirks;
}

function makeQuirks(version: string): Quirks {
  const parsed = parseVersion(version);
  const since = (first: string): boolean => isSince(parsed, first);
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
    rolePatternsPreventLoading: !since("3.0"),
    shortSigningKeysPreventLoading: since("2.12"),
    loneSigningKeysPreventLoading: since("3.6"),
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
    staticNamesPreventLoading: !since("3.0"),
    missingAuditPreventsLoading: !since("2.12"),
    hasCertificatesEndpoint: since("2.15"),
    hasListenersEndpoint: since("3.0"),
    cacheOnlyFlushes: since("3.0"),
    forgetsSingleUsers: since("3.1"),
    filtersUsers: since("2.12"),
    hasLegacyConfigUpdate: since("3.0"),
  };
}
