import { approvals, percentage } from "./guard-types.ts";
import { ignoreRules } from "./ignore-type.ts";
import { failOn, failOnDefault } from "./drift-types.ts";
import { breakGlass } from "./lockout-types.ts";
import { hours, planId } from "./plan-types.ts";
import { prunings } from "./prune-type.ts";
import type { Settings } from "./settings.ts";
import {
  choice,
  clusterUrl,
  kindList,
  names,
  onOff,
  path,
  paths,
  pathOrStdin,
  repositoryPaths,
  seconds,
  secret,
  text,
  placeholderNames,
  variables,
  type ValueType,
  wholeNumber,
} from "./value-types.ts";

/** One setting: how it is named in each of the places it may come from, and what it is when it comes from none. */
export interface Option<T> {
  readonly type: ValueType<NonNullable<T>>;
  /** For `--help`, the documentation and the schema of osac.yml. */
  readonly describe: string;
  readonly default: T;
  /** Without `--`. Absent for secrets, which process lists would show. */
  readonly flag?: string;
  readonly letter?: string;
  readonly env?: string;
  /** Where it stands in osac.yml, dotted. */
  readonly key?: string;
  /** A saved plan carries it: a choice decides what is written, and is the plan's alone; a limit of the run wins over the plan's. */
  readonly planned?: "choice" | "limit";
  /** What a settings file that may have come with a pull request does not decide alone: where a login goes, and with what. */
  readonly risk?: "login";
}

/** What is not a setting but derived from where the command runs. */
type Derived = "directory" | "directoryName" | "argument" | "setBy" | "choices" | "savedPlan";

export type OptionName = Exclude<keyof Settings, Derived>;

/** Every setting there is; arguments, environment, osac.yml and the documentation are read from here. */
export const options: { readonly [Name in OptionName]: Option<Settings[Name]> } = {
  config: {
    type: path,
    describe: "the settings file, instead of osac.yml in the directory",
    default: undefined,
    flag: "config",
    env: "OSAC_CONFIG",
  },
  settingsFrom: {
    type: { ...text, placeholder: "REF" },
    describe: "read the settings file as it is at this git reference, and say what the files change about it",
    default: undefined,
    flag: "settings-from",
    env: "OSAC_SETTINGS_FROM",
  },
  kinds: {
    type: kindList,
    describe: "limit the run to these kinds",
    default: undefined,
    flag: "kinds",
    env: "OSAC_KINDS",
    key: "kinds",
    planned: "choice",
  },
  output: {
    type: choice(["text", "json", "markdown", "github"]),
    describe: "how to print the result",
    default: "text",
    flag: "output",
    env: "OSAC_OUTPUT",
  },
  strict: {
    type: onOff,
    describe: "treat warnings as errors",
    default: false,
    flag: "strict",
    env: "OSAC_STRICT",
    key: "strict",
  },
  quiet: {
    type: onOff,
    describe: "print nothing where there is nothing to report, for cron",
    default: false,
    flag: "quiet",
    env: "OSAC_QUIET",
  },
  verbose: {
    type: onOff,
    describe: "list what is usually only counted",
    default: false,
    flag: "verbose",
    letter: "v",
    env: "OSAC_VERBOSE",
    key: "verbose",
  },
  url: {
    type: clusterUrl,
    describe: "the address of the cluster",
    default: "https://localhost:9200",
    flag: "url",
    env: "OSAC_URL",
    key: "cluster.url",
    risk: "login",
  },
  username: {
    type: text,
    describe: "the user to log in as",
    default: undefined,
    flag: "username",
    env: "OSAC_USERNAME",
    key: "cluster.username",
  },
  password: {
    type: secret,
    describe: "the user's password",
    default: undefined,
    env: "OSAC_PASSWORD",
  },
  passwordFile: {
    type: pathOrStdin,
    describe: "a file that holds the user's password, - for standard input",
    default: undefined,
    flag: "password-file",
    env: "OSAC_PASSWORD_FILE",
    key: "cluster.password_file",
    risk: "login",
  },
  token: {
    type: secret,
    describe: "a token instead of a user: of an issuer (JWT), or an API token of the plugin (os_…, from 3.7)",
    default: undefined,
    env: "OSAC_TOKEN",
  },
  tokenFile: {
    type: pathOrStdin,
    describe: "a file that holds a token, - for standard input",
    default: undefined,
    flag: "token-file",
    env: "OSAC_TOKEN_FILE",
    key: "cluster.token_file",
    risk: "login",
  },
  clientCert: {
    type: path,
    describe: "the client certificate (PEM)",
    default: undefined,
    flag: "client-cert",
    env: "OSAC_CLIENT_CERT",
    key: "cluster.client_cert",
    risk: "login",
  },
  clientKey: {
    type: path,
    describe: "the key of the client certificate (PEM)",
    default: undefined,
    flag: "client-key",
    env: "OSAC_CLIENT_KEY",
    key: "cluster.client_key",
    risk: "login",
  },
  caCert: {
    type: path,
    describe: "the certificate authority to trust (PEM), instead of the system's",
    default: undefined,
    flag: "ca-cert",
    env: "OSAC_CA_CERT",
    key: "cluster.ca_cert",
    risk: "login",
  },
  insecure: {
    type: onOff,
    describe: "do not check the cluster's certificate",
    default: false,
    flag: "insecure",
    env: "OSAC_INSECURE",
    key: "cluster.insecure",
    risk: "login",
  },
  timeout: {
    type: seconds,
    describe: "seconds that one request may take; a write may take ten times as long",
    default: 30,
    flag: "timeout",
    env: "OSAC_TIMEOUT",
    key: "cluster.timeout",
  },
  apiPrefix: {
    type: choice(["_plugins/_security", "_opendistro/_security"]),
    describe: "the path of the Security API; the second is the legacy one",
    default: "_plugins/_security",
    flag: "api-prefix",
    env: "OSAC_API_PREFIX",
    key: "cluster.api_prefix",
    risk: "login",
  },
  debug: {
    type: onOff,
    describe: "say on standard error what is asked of the cluster, one line a request; no headers, no bodies",
    default: false,
    flag: "debug",
    env: "OSAC_DEBUG",
  },
  prune: {
    type: prunings,
    describe:
      "what to delete that no file declares: KIND=never, KIND=removed (what the git history once declared), KIND=all",
    default: {},
    flag: "prune",
    key: "prune",
    planned: "choice",
  },
  historyPaths: {
    type: repositoryPaths,
    describe: "directories that this one was before, from the top of the git repository",
    default: [],
    key: "history.paths",
  },
  ignore: {
    type: ignoreRules,
    describe:
      "leave KIND/NAME out of the run; in osac.yml also patterns and single fields, each with the reason",
    default: [],
    flag: "ignore",
    key: "ignore",
    planned: "choice",
  },
  maxDeletes: {
    type: wholeNumber("a number of deletions", 0, 1_000_000),
    describe: "the most deletions and losses of power in one run",
    default: 5,
    flag: "max-deletes",
    env: "OSAC_MAX_DELETES",
    key: "guards.max_deletes",
    planned: "limit",
  },
  maxDeleteShare: {
    type: percentage,
    describe:
      "the largest share of a kind's managed entities that one run may delete, where there are ten or more",
    default: "20%",
    flag: "max-delete-share",
    env: "OSAC_MAX_DELETE_SHARE",
    key: "guards.max_delete_share",
    planned: "limit",
  },
  allowDelete: {
    type: approvals,
    describe: "let KIND/NAME be deleted, or lose its power, whatever the limits say",
    default: [],
    flag: "allow-delete",
    key: "guards.allow_delete",
    planned: "choice",
  },
  breakGlass: {
    type: breakGlass,
    describe: "who must always be able to change the security configuration",
    default: [],
    key: "break_glass",
  },
  restApiRoles: {
    type: { ...names, placeholder: "ROLE" },
    describe: "the roles of plugins.security.restapi.roles_enabled, which no API shows",
    default: undefined,
    key: "lockout.rest_api_roles",
  },
  allowLockoutRisk: {
    type: onOff,
    describe: "write what may lock out, though no certificate could heal it",
    default: false,
    flag: "allow-lockout-risk",
    planned: "choice",
  },
  healCert: {
    type: path,
    describe: "an admin certificate (PEM), used only to take back what locked the caller out",
    default: undefined,
    flag: "heal-cert",
    env: "OSAC_HEAL_CERT",
    key: "healing.client_cert",
    risk: "login",
  },
  healKey: {
    type: path,
    describe: "the key of that certificate (PEM)",
    default: undefined,
    flag: "heal-key",
    env: "OSAC_HEAL_KEY",
    key: "healing.client_key",
    risk: "login",
  },
  allowPlaceholder: {
    type: placeholderNames,
    describe:
      "placeholders that may stand outside of secret fields, where their values are shown: NAME, TEAM_* for all that begin so, file:PATH",
    default: [],
    flag: "allow-placeholder",
    env: "OSAC_ALLOW_PLACEHOLDERS",
  },
  onlyPlaceholders: {
    type: variables,
    describe: "the only variables that the files use, of those that they may",
    default: undefined,
    key: "placeholders.allow",
  },
  placeholderFiles: {
    type: paths,
    describe: "directories whose files ${file:PATH} may name, besides the directory itself",
    default: [],
    flag: "placeholder-files",
    env: "OSAC_PLACEHOLDER_FILES",
  },
  onlyPlaceholderFiles: {
    type: paths,
    describe: "the only ones of these directories that the files use",
    default: undefined,
    key: "placeholders.files",
  },
  secrets: {
    type: choice(["resolve", "opaque"]),
    describe: "look placeholders up (resolve), or plan without any of their values (opaque)",
    default: "resolve",
    flag: "secrets",
    env: "OSAC_SECRETS",
  },
  setPassword: {
    type: names,
    describe: "send this user's password even if it may be the same",
    default: [],
    flag: "set-password",
    env: "OSAC_SET_PASSWORD",
    planned: "choice",
  },
  setAllPasswords: {
    type: onOff,
    describe: "send every user's password even if it may be the same",
    default: false,
    flag: "set-all-passwords",
    env: "OSAC_SET_ALL_PASSWORDS",
    planned: "choice",
  },
  setSecret: {
    type: { ...names, placeholder: "PATH" },
    describe: "send the redacted secret at this path even if it may be the same",
    default: [],
    flag: "set-secret",
    env: "OSAC_SET_SECRET",
    planned: "choice",
  },
  verifyPasswords: {
    type: onOff,
    describe:
      "log in once as each user whose password is known and cannot be compared; failures count on the server",
    default: false,
    flag: "verify-passwords",
    env: "OSAC_VERIFY_PASSWORDS",
    key: "passwords.verify",
    planned: "choice",
  },
  passwordAlgorithm: {
    type: choice(["bcrypt", "pbkdf2", "argon2"]),
    describe: "how plain passwords are hashed; must be what the cluster uses",
    default: "bcrypt",
    flag: "password-algorithm",
    env: "OSAC_PASSWORD_ALGORITHM",
    key: "passwords.algorithm",
    planned: "choice",
  },
  passwordCost: {
    type: wholeNumber("a whole number", 1, 10_000_000),
    describe: "rounds (bcrypt) or iterations; the server's own default when absent",
    default: undefined,
    flag: "password-cost",
    env: "OSAC_PASSWORD_COST",
    key: "passwords.cost",
    planned: "choice",
  },
  out: {
    type: path,
    describe: "save the plan in this file, for apply --plan",
    default: undefined,
    flag: "out",
  },
  expires: {
    type: hours,
    describe: "hours after which a saved plan is refused",
    default: 24,
    flag: "expires",
    env: "OSAC_EXPIRES",
    key: "plan.expires",
  },
  plan: {
    type: path,
    describe: "apply exactly this saved plan, or nothing",
    default: undefined,
    flag: "plan",
  },
  expectPlan: {
    type: planId,
    describe: "apply only if the plan has this id; its first 32 digits are enough",
    default: undefined,
    flag: "expect-plan",
  },
  backup: {
    type: { ...path, placeholder: "DIR" },
    describe: "where backups are kept, instead of the user's own state directory",
    default: undefined,
    flag: "backup",
    env: "OSAC_BACKUP",
    key: "backup.directory",
  },
  backupSecrets: {
    type: onOff,
    describe: "keep in the backup also the secrets that can be seen, in the clear",
    default: false,
    flag: "backup-secrets",
    env: "OSAC_BACKUP_SECRETS",
    key: "backup.secrets",
  },
  yes: {
    type: onOff,
    describe: "do not ask before writing",
    default: false,
    flag: "yes",
  },
  requireFullList: {
    type: onOff,
    describe: "refuse a plan whose changes cannot all be listed in a comment of a pull request",
    default: false,
    flag: "require-full-list",
    env: "OSAC_REQUIRE_FULL_LIST",
  },
  auditLog: {
    type: path,
    describe: "append a line of JSON to this file before each change, and one after, without secrets",
    default: undefined,
    flag: "audit-log",
    env: "OSAC_AUDIT_LOG",
    key: "apply.audit_log",
  },
  keepGoing: {
    type: onOff,
    describe: "after a failure, still write the kinds that have nothing to do with it",
    default: false,
    flag: "keep-going",
    env: "OSAC_KEEP_GOING",
    key: "apply.keep_going",
  },
  user: {
    type: { ...text, placeholder: "NAME" },
    describe: "forget this user alone; from OpenSearch 3.1 on",
    default: undefined,
    flag: "user",
  },
  newPassword: {
    type: secret,
    describe: "the new password of the caller",
    default: undefined,
    env: "OSAC_NEW_PASSWORD",
  },
  newPasswordFile: {
    type: pathOrStdin,
    describe: "a file that holds the new password of the caller, - for standard input",
    default: undefined,
    flag: "new-password-file",
    env: "OSAC_NEW_PASSWORD_FILE",
  },
  detailedExitcode: {
    type: onOff,
    describe: "exit 2 when there are changes",
    default: false,
    flag: "detailed-exitcode",
    env: "OSAC_DETAILED_EXITCODE",
  },
  base: {
    type: text,
    describe: "the files as last applied, a directory or a git reference, to tell who moved",
    default: undefined,
    flag: "base",
    env: "OSAC_BASE",
  },
  failOn: {
    type: failOn,
    describe:
      "what makes drift exit 2: live, files, both, unknown, skipped, unmanaged; all but unmanaged when absent; +unmanaged adds to that, -files takes away",
    default: failOnDefault,
    flag: "fail-on",
    env: "OSAC_FAIL_ON",
    key: "drift.fail_on",
  },
  metrics: {
    type: path,
    describe: "write what the check found to this file, as metrics for Prometheus",
    default: undefined,
    flag: "metrics",
    env: "OSAC_METRICS",
    key: "drift.metrics",
  },
  all: {
    type: onOff,
    describe: "include built-in entities and default values",
    default: false,
    flag: "all",
  },
  withHashes: {
    type: onOff,
    describe: "write password hashes instead of placeholders; needs the admin certificate",
    default: false,
    flag: "with-hashes",
  },
  keepPlaceholders: {
    type: onOff,
    describe:
      "write texts of the cluster that look like a placeholder as they are; left out, with an error, when absent",
    default: false,
    flag: "keep-placeholders",
  },
  force: {
    type: onOff,
    describe: "overwrite files",
    default: false,
    flag: "force",
  },
  github: {
    type: onOff,
    describe: "write the three workflows of GitHub as well: plan, apply, drift",
    default: false,
    flag: "github",
  },
  probeReload: {
    type: onOff,
    describe:
      "have the nodes load their configuration again, to see whether they can; needs the admin certificate",
    default: false,
    flag: "probe-reload",
  },
  certDays: {
    type: wholeNumber("a number of days", 0, 36_500),
    describe: "exit 2 when a certificate expires within so many days",
    default: 30,
    flag: "cert-days",
    env: "OSAC_CERT_DAYS",
    key: "status.cert_days",
  },
};
