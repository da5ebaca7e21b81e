import { serviceNames } from "../model/service-name.ts";
import { attributes, nodeSettings, serverVersion } from "./access-types.ts";
import { approvals, escalationApprovals, percentage } from "./guard-types.ts";
import { ignoreRules } from "./ignore-type.ts";
import { layerList, variableMap } from "./layer-types.ts";
import { failOn, failOnDefault } from "./drift-types.ts";
import { breakGlass } from "./lockout-types.ts";
import { hours, planId } from "./plan-types.ts";
import { prunings } from "./prune-type.ts";
import {
  choiceType,
  clusterUrl,
  hostName,
  kindList,
  names,
  onOff,
  path,
  paths,
  pathOrStdin,
  repositoryPaths,
  seconds,
  regionName,
  secret,
  text,
  placeholderNames,
  variables,
  type ValueType,
  wholeNumber,
} from "./value-types.ts";

/**
 * Options that the same commands take: those of every command; the address of the cluster and the login; what
 * decides which changes a plan has; facts that access depends on; limits of what a run may delete, and whom it
 * may lock out; placeholders that files may have; hashing; writing, and its records; the caller that a question
 * is about; runs over several targets.
 */
type OptionGroup =
  | "common"
  | "fleet"
  | "connection"
  | "reconciling"
  | "facts"
  | "guarding"
  | "placeholders"
  | "hashing"
  | "writing"
  | "caller";

/** A setting: its names as a flag, a variable and a key of osac.yml, and its default. */
export interface Option<T> {
  readonly type: ValueType<NonNullable<T>>;
  /** The text for `--help`, the documentation and the schema of osac.yml. */
  readonly describe: string;
  readonly default?: T;
  /** Without `--`. Absent for secrets, because lists of processes show flags. */
  readonly flag?: string;
  readonly letter?: string;
  readonly env?: string;
  /** The dotted key in osac.yml. */
  readonly key?: string;
  /**
   * A saved plan carries the setting. A `choice` decides what is written, and comes from the plan alone. A
   * `limit` of the run overrides the limit of the plan.
   */
  readonly planned?: "choice" | "limit";
  /**
   * A settings file that a pull request may have changed cannot decide this setting alone: `login` is where a
   * login goes and with what, `guess` whose passwords are tried, `write` which files are written, `read` which
   * files outside of the directory are read.
   */
  readonly risk?: "login" | "guess" | "write" | "read";
  /** Commands that take the option take the whole group. */
  readonly group?: OptionGroup;
  /** The setting is a login, or a part of one. */
  readonly isCredential?: true;
  /** The setting decides what a run may do or reads: every report shows it, and plans are bound to it. */
  readonly protects?: true;
  /** The setting decides who applies a plan, or until when: plans are bound to its value in osac.yml. */
  readonly binds?: true;
  /** The setting is a part of the files: it is read beside them, whichever settings file is in force. */
  readonly isContent?: true;
}

const table = {
  config: {
    type: path,
    describe: "the settings file, instead of osac.yml in the directory",
    flag: "config",
    env: "OSAC_CONFIG",
    group: "common",
  },
  target: {
    type: { ...text, placeholder: "NAME" },
    describe: "run on this target of osac.yml",
    flag: "target",
    env: "OSAC_TARGET",
    group: "common",
  },
  targetSelection: {
    type: { ...text, placeholder: "TARGETS" },
    describe:
      "run on several targets side by side: all, group:NAME, LABEL=VALUE or names, separated by commas",
    flag: "targets",
    group: "fleet",
  },
  concurrency: {
    type: wholeNumber("a number of targets", 1, 100),
    describe: "the most targets that run at the same time",
    default: 4,
    flag: "concurrency",
    env: "OSAC_CONCURRENCY",
    group: "fleet",
  },
  runId: {
    type: { ...text, placeholder: "ID" },
    describe:
      "an id that the runs on all targets share, for osac report merge; by default that of GitHub's run or GitLab's pipeline",
    env: "OSAC_RUN_ID",
    group: "common",
  },
  settingsFrom: {
    type: { ...text, placeholder: "REF" },
    describe:
      "read the settings file at this git reference instead, and report how the one in the files differs",
    flag: "settings-from",
    env: "OSAC_SETTINGS_FROM",
    group: "common",
  },
  kinds: {
    type: kindList,
    describe: "limit the run to these resource types",
    flag: "kinds",
    env: "OSAC_KINDS",
    key: "kinds",
    planned: "choice",
    protects: true,
    group: "reconciling",
  },
  output: {
    type: choiceType(["text", "json", "markdown", "github", "junit", "matrix"]),
    describe: "output format",
    default: "text",
    flag: "output",
    env: "OSAC_OUTPUT",
    group: "common",
  },
  strict: {
    type: onOff,
    describe: "treat warnings as errors",
    default: false,
    flag: "strict",
    env: "OSAC_STRICT",
    key: "strict",
    protects: true,
    group: "reconciling",
  },
  quiet: {
    type: onOff,
    describe: "print nothing if there is nothing to report, for scheduled runs",
    default: false,
    flag: "quiet",
    env: "OSAC_QUIET",
  },
  verbose: {
    type: onOff,
    describe: "list what is otherwise only counted",
    default: false,
    flag: "verbose",
    letter: "v",
    env: "OSAC_VERBOSE",
    key: "verbose",
    group: "common",
  },
  url: {
    type: clusterUrl,
    describe: "the address of the cluster",
    default: "https://localhost:9200",
    flag: "url",
    env: "OSAC_URL",
    key: "cluster.url",
    risk: "login",
    group: "connection",
  },
  username: {
    type: text,
    describe: "the user to log in as",
    flag: "username",
    env: "OSAC_USERNAME",
    key: "cluster.username",
    binds: true,
    group: "connection",
    isCredential: true,
  },
  password: {
    type: secret,
    describe: "the user's password",
    env: "OSAC_PASSWORD",
    group: "connection",
    isCredential: true,
  },
  passwordFile: {
    type: pathOrStdin,
    describe: "a file that holds the user's password, - for standard input",
    flag: "password-file",
    env: "OSAC_PASSWORD_FILE",
    key: "cluster.password_file",
    risk: "login",
    group: "connection",
    isCredential: true,
  },
  token: {
    type: secret,
    describe: "a bearer token instead of a user: a JWT, or an API token of the plugin (os_…, from 3.7)",
    env: "OSAC_TOKEN",
    group: "connection",
    isCredential: true,
  },
  tokenFile: {
    type: pathOrStdin,
    describe: "a file that holds a token, - for standard input",
    flag: "token-file",
    env: "OSAC_TOKEN_FILE",
    key: "cluster.token_file",
    risk: "login",
    group: "connection",
    isCredential: true,
  },
  auth: {
    type: choiceType(["sigv4"]),
    describe:
      "sign each request for IAM (SigV4, Amazon OpenSearch Service) with the credentials of the AWS environment, instead of a user or a token",
    flag: "auth",
    env: "OSAC_AUTH",
    key: "cluster.auth",
    risk: "login",
    group: "connection",
    isCredential: true,
  },
  service: {
    type: choiceType(serviceNames),
    describe:
      "the managed service that runs the cluster, if its host name does not show it; osac skips what the service manages itself",
    flag: "service",
    env: "OSAC_SERVICE",
    key: "cluster.service",
    protects: true,
    group: "connection",
  },
  awsRegion: {
    type: regionName,
    describe: "the region of the domain, if its host name does not show it",
    flag: "aws-region",
    env: "OSAC_AWS_REGION",
    key: "cluster.aws_region",
    risk: "login",
    group: "connection",
  },
  awsHost: {
    type: hostName,
    describe: "the host name of the domain, if --url is the address of a tunnel",
    flag: "aws-host",
    env: "OSAC_AWS_HOST",
    key: "cluster.aws_host",
    risk: "login",
    group: "connection",
  },
  awsProfile: {
    type: text,
    describe:
      "the profile of the AWS configuration whose credentials sign the requests, instead of AWS_PROFILE",
    flag: "aws-profile",
    env: "OSAC_AWS_PROFILE",
    key: "cluster.aws_profile",
    risk: "login",
    group: "connection",
  },
  clientCert: {
    type: path,
    describe: "the client certificate (PEM)",
    flag: "client-cert",
    env: "OSAC_CLIENT_CERT",
    key: "cluster.client_cert",
    risk: "login",
    group: "connection",
    isCredential: true,
  },
  clientKey: {
    type: path,
    describe: "the key of the client certificate (PEM)",
    flag: "client-key",
    env: "OSAC_CLIENT_KEY",
    key: "cluster.client_key",
    risk: "login",
    group: "connection",
    isCredential: true,
  },
  caCert: {
    type: path,
    describe: "the certificate authority to trust (PEM), instead of the system's",
    flag: "ca-cert",
    env: "OSAC_CA_CERT",
    key: "cluster.ca_cert",
    risk: "login",
    group: "connection",
  },
  insecure: {
    type: onOff,
    describe: "skip TLS certificate verification",
    default: false,
    flag: "insecure",
    env: "OSAC_INSECURE",
    key: "cluster.insecure",
    risk: "login",
    group: "connection",
  },
  sharedCluster: {
    type: onOff,
    describe: "allow several targets to be the same cluster; each of them must set it",
    default: false,
    key: "cluster.shared",
    protects: true,
    group: "connection",
  },
  timeout: {
    type: seconds,
    describe: "seconds that one request may take; a write may take ten times as long",
    default: 30,
    flag: "timeout",
    env: "OSAC_TIMEOUT",
    key: "cluster.timeout",
    group: "connection",
  },
  apiPrefix: {
    type: choiceType(["_plugins/_security", "_opendistro/_security"]),
    describe: "the path of the Security API; _opendistro/_security is the legacy one",
    default: "_plugins/_security",
    flag: "api-prefix",
    env: "OSAC_API_PREFIX",
    key: "cluster.api_prefix",
    risk: "login",
    group: "connection",
  },
  debug: {
    type: onOff,
    describe: "log HTTP requests to standard error, one line each, without headers and bodies",
    default: false,
    flag: "debug",
    env: "OSAC_DEBUG",
    group: "connection",
  },
  validateFor: {
    type: choiceType(["osac", "securityadmin"]),
    describe:
      "the tool that will load the files; for securityadmin, osac also reports what securityadmin.sh must not upload",
    default: "osac",
    flag: "for",
  },
  prune: {
    type: prunings,
    describe:
      "delete unmanaged entities of a resource type: KIND=removed (if the git history once declared them), KIND=all, KIND=never",
    default: {},
    flag: "prune",
    key: "prune",
    planned: "choice",
    protects: true,
    group: "reconciling",
  },
  historyPaths: {
    type: repositoryPaths,
    describe: "former paths of this directory, from the top of the git repository",
    default: [],
    key: "history.paths",
    protects: true,
    group: "reconciling",
  },
  layers: {
    type: layerList,
    describe: "the folders to read, instead of the directory: a later one adds, replaces or drops entities",
    key: "layers",
    binds: true,
    isContent: true,
    group: "placeholders",
  },
  variables: {
    type: variableMap,
    describe: "the values of ${var.NAME} in the files; osac shows them",
    key: "variables",
    binds: true,
    isContent: true,
    group: "placeholders",
  },
  ignore: {
    type: ignoreRules,
    describe:
      "exclude KIND/NAME from the run; osac.yml also takes patterns and single fields, each with a reason",
    default: [],
    flag: "ignore",
    key: "ignore",
    planned: "choice",
    protects: true,
    group: "reconciling",
  },
  maxDeletes: {
    type: wholeNumber("a number of deletions", 0, 1_000_000),
    describe: "the most deletions and revocations of permissions in one run",
    default: 5,
    flag: "max-deletes",
    env: "OSAC_MAX_DELETES",
    key: "guards.max_deletes",
    planned: "limit",
    protects: true,
    group: "guarding",
  },
  maxDeleteShare: {
    type: percentage,
    describe:
      "the largest share of a resource type that one run may delete; it applies from ten managed entities on",
    default: "20%",
    flag: "max-delete-share",
    env: "OSAC_MAX_DELETE_SHARE",
    key: "guards.max_delete_share",
    planned: "limit",
    protects: true,
    group: "guarding",
  },
  allowDelete: {
    type: approvals,
    describe: "allow KIND/NAME to be deleted, or its permissions to be revoked, beyond the limits",
    default: [],
    flag: "allow-delete",
    key: "guards.allow_delete",
    planned: "choice",
    protects: true,
    group: "guarding",
  },
  allowEscalation: {
    type: escalationApprovals,
    describe: "allow one escalation: its word, and who gains it, such as security-administration/user:anna",
    default: [],
    flag: "allow-escalation",
    key: "guards.allow_escalation",
    planned: "choice",
    protects: true,
    group: "guarding",
  },
  breakGlass: {
    type: breakGlass,
    describe: "who must always be able to change the security configuration",
    default: [],
    key: "break_glass",
    protects: true,
    group: "guarding",
  },
  restApiRoles: {
    type: { ...names, placeholder: "ROLE" },
    describe: "the roles in plugins.security.restapi.roles_enabled of opensearch.yml; no API returns them",
    key: "lockout.rest_api_roles",
    protects: true,
    group: "guarding",
  },
  allowLockoutRisk: {
    type: onOff,
    describe: "accept a change that may lock the caller out, without a recovery certificate",
    default: false,
    flag: "allow-lockout-risk",
    planned: "choice",
    protects: true,
    group: "guarding",
  },
  recoveryCert: {
    type: path,
    describe: "an admin certificate (PEM), used only to revert a change that locked the caller out",
    flag: "recovery-cert",
    env: "OSAC_RECOVERY_CERT",
    key: "recovery.client_cert",
    risk: "login",
    group: "guarding",
    isCredential: true,
  },
  recoveryKey: {
    type: path,
    describe: "the key of that certificate (PEM)",
    flag: "recovery-key",
    env: "OSAC_RECOVERY_KEY",
    key: "recovery.client_key",
    risk: "login",
    group: "guarding",
    isCredential: true,
  },
  allowPlaceholder: {
    type: placeholderNames,
    describe:
      "allow placeholders outside of secret fields, where osac shows their values: NAME, TEAM_* for a prefix, file:PATH",
    default: [],
    flag: "allow-placeholder",
    env: "OSAC_ALLOW_PLACEHOLDERS",
    group: "placeholders",
  },
  onlyPlaceholders: {
    type: variables,
    describe: "the only variables that the files may use",
    key: "placeholders.allow",
    protects: true,
    group: "placeholders",
  },
  placeholderFiles: {
    type: paths,
    describe: "more directories with files that ${file:PATH} may name",
    default: [],
    flag: "placeholder-files",
    env: "OSAC_PLACEHOLDER_FILES",
    group: "placeholders",
  },
  onlyPlaceholderFiles: {
    type: paths,
    describe: "the only directories with files that ${file:PATH} may name",
    key: "placeholders.files",
    protects: true,
    group: "placeholders",
  },
  secrets: {
    type: choiceType(["resolve", "opaque"]),
    describe: "read the values of placeholders (resolve), or plan without them (opaque)",
    default: "resolve",
    flag: "secrets",
    env: "OSAC_SECRETS",
  },
  setPassword: {
    type: names,
    describe: "write this user's password even if it may be unchanged",
    default: [],
    flag: "set-password",
    env: "OSAC_SET_PASSWORD",
    planned: "choice",
    group: "reconciling",
  },
  setAllPasswords: {
    type: onOff,
    describe: "write every user's password even if it may be unchanged",
    default: false,
    flag: "set-all-passwords",
    env: "OSAC_SET_ALL_PASSWORDS",
    planned: "choice",
    group: "reconciling",
  },
  setSecret: {
    type: { ...names, placeholder: "PATH" },
    describe: "write the redacted secret at this path even if it may be unchanged",
    default: [],
    flag: "set-secret",
    env: "OSAC_SET_SECRET",
    planned: "choice",
    group: "reconciling",
  },
  verifyPasswords: {
    type: onOff,
    describe:
      "log in once as each user whose password cannot be compared otherwise; the server counts failed logins",
    default: false,
    flag: "verify-passwords",
    env: "OSAC_VERIFY_PASSWORDS",
    key: "passwords.verify",
    planned: "choice",
    protects: true,
    risk: "guess",
  },
  passwordAlgorithm: {
    type: choiceType(["bcrypt", "pbkdf2", "argon2"]),
    describe: "the hash algorithm for plain passwords; it must be that of the cluster",
    default: "bcrypt",
    flag: "password-algorithm",
    env: "OSAC_PASSWORD_ALGORITHM",
    key: "passwords.algorithm",
    planned: "choice",
    protects: true,
    group: "hashing",
  },
  passwordCost: {
    type: wholeNumber("a whole number", 1, 10_000_000),
    describe: "the rounds (bcrypt) or iterations of a hash; by default those of the server",
    flag: "password-cost",
    env: "OSAC_PASSWORD_COST",
    key: "passwords.cost",
    planned: "choice",
    protects: true,
    group: "hashing",
  },
  out: {
    type: path,
    describe:
      "where to write: the saved plan (with --targets a directory), the names of access facts, or the files of osac render",
    flag: "out",
  },
  html: {
    type: path,
    describe: "write the page to this file; it loads nothing from the network",
    flag: "html",
  },
  expires: {
    type: hours,
    describe: "hours until a saved plan expires",
    default: 24,
    flag: "expires",
    env: "OSAC_EXPIRES",
    key: "plan.expires",
    binds: true,
  },
  plan: {
    type: path,
    describe:
      "a saved plan: apply makes exactly its changes or none; osac access answers for the state after it",
    flag: "plan",
  },
  plans: {
    type: { ...path, placeholder: "DIR" },
    describe: "the directory of saved plans that plan --targets --out wrote",
    flag: "plans",
  },
  passGate: {
    type: onOff,
    describe: "start the next group of order even if a target of an earlier group failed",
    default: false,
    flag: "pass-gate",
  },
  expectPlan: {
    type: planId,
    describe: "apply only if the plan has this id; its first 32 digits are enough",
    flag: "expect-plan",
  },
  backup: {
    type: { ...path, placeholder: "DIR" },
    describe: "the directory for backups, instead of the user's state directory",
    flag: "backup",
    env: "OSAC_BACKUP",
    key: "backup.directory",
    protects: true,
    risk: "write",
    group: "writing",
  },
  backupSecrets: {
    type: onOff,
    describe: "also store readable secrets in the backup, in plain text",
    default: false,
    flag: "backup-secrets",
    env: "OSAC_BACKUP_SECRETS",
    key: "backup.secrets",
    protects: true,
    group: "writing",
  },
  yes: {
    type: onOff,
    describe: "do not ask before writing",
    default: false,
    flag: "yes",
    group: "writing",
  },
  requireFullList: {
    type: onOff,
    describe: "refuse a plan that is too long for one comment of a pull request",
    default: false,
    flag: "require-full-list",
    env: "OSAC_REQUIRE_FULL_LIST",
    group: "guarding",
  },
  auditLog: {
    type: path,
    describe: "append one line of JSON to this file before each change and one after it, without secrets",
    flag: "audit-log",
    env: "OSAC_AUDIT_LOG",
    key: "apply.audit_log",
    protects: true,
    risk: "write",
    group: "writing",
  },
  keepGoing: {
    type: onOff,
    describe: "after a failure, continue with the resource types that do not depend on it",
    default: false,
    flag: "keep-going",
    env: "OSAC_KEEP_GOING",
    key: "apply.keep_going",
    protects: true,
    group: "writing",
  },
  user: {
    type: { ...text, placeholder: "NAME" },
    describe: "flush only this user; needs OpenSearch 3.1",
    flag: "user",
  },
  newPassword: {
    type: secret,
    describe: "the new password of the caller",
    env: "OSAC_NEW_PASSWORD",
  },
  newPasswordFile: {
    type: pathOrStdin,
    describe: "a file that holds the new password of the caller, - for standard input",
    flag: "new-password-file",
    env: "OSAC_NEW_PASSWORD_FILE",
  },
  verify: {
    type: onOff,
    describe:
      "with --live, also send a read-only request to the cluster as the subject, and compare the answers",
    default: false,
    flag: "verify",
  },
  subjectPassword: {
    type: secret,
    describe: "the password of the subject, for --verify",
    env: "OSAC_SUBJECT_PASSWORD",
  },
  subjectPasswordFile: {
    type: pathOrStdin,
    describe: "a file that holds the password of the subject, for --verify, - for standard input",
    flag: "subject-password-file",
    env: "OSAC_SUBJECT_PASSWORD_FILE",
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
    describe:
      "the files as last applied: a git reference, or a directory (./NAME); with it osac shows which side changed",
    flag: "base",
    env: "OSAC_BASE",
  },
  failOn: {
    type: failOn,
    describe:
      "what counts as drift (exit code 2); by default all but unmanaged; +unmanaged adds one, -files removes one",
    default: failOnDefault,
    flag: "fail-on",
    env: "OSAC_FAIL_ON",
    key: "drift.fail_on",
    protects: true,
  },
  metrics: {
    type: path,
    describe: "write the result to this file as Prometheus metrics",
    flag: "metrics",
    env: "OSAC_METRICS",
    key: "drift.metrics",
    risk: "write",
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
      "also export entities with texts that look like placeholders; without it, osac leaves them out and reports an error",
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
    describe: "also write the GitHub workflows: plan, apply, drift",
    default: false,
    flag: "github",
  },
  probeReload: {
    type: onOff,
    describe:
      "make the nodes reload their configuration, to check that they can; needs the admin certificate",
    default: false,
    flag: "probe-reload",
  },
  serviceReport: {
    type: onOff,
    describe:
      "print what a managed service answers to ten read-only requests, to attach to an issue; it has no names and no values",
    default: false,
    flag: "report",
  },
  certDays: {
    type: wholeNumber("a number of days", 0, 36_500),
    describe: "exit 2 if a certificate expires within this number of days",
    default: 30,
    flag: "cert-days",
    env: "OSAC_CERT_DAYS",
    key: "status.cert_days",
  },
  live: {
    type: onOff,
    describe: "answer for what the cluster holds now, instead of the files",
    default: false,
    flag: "live",
  },
  serverVersion: {
    type: serverVersion,
    describe: "the version of OpenSearch that the files are for; versions decide differently about access",
    flag: "server-version",
    env: "OSAC_SERVER_VERSION",
    key: "cluster.version",
    group: "connection",
    protects: true,
  },
  facts: {
    type: path,
    describe: "a file of osac access facts, with the names of indices, aliases and data streams",
    flag: "facts",
    env: "OSAC_FACTS",
    key: "facts.names",
    group: "facts",
    protects: true,
    risk: "read",
  },
  nodeSettings: {
    type: nodeSettings,
    describe:
      "settings below plugins.security in opensearch.yml that decide about access; no API returns them",
    default: {},
    key: "facts.settings",
    group: "facts",
    protects: true,
  },
  backendRole: {
    type: { ...names, placeholder: "ROLE" },
    describe: "a backend role of the external user in the question",
    default: [],
    flag: "backend-role",
    group: "caller",
  },
  attribute: {
    type: attributes,
    describe: "an attribute of the external user in the question, such as ldap.department=sales",
    flag: "attribute",
    group: "caller",
  },
  address: {
    type: text,
    describe: "the IP address that the subject connects from; role mappings may name hosts",
    flag: "address",
    group: "caller",
  },
} as const satisfies Readonly<Record<string, Option<unknown>>>;

/** The names of the settings in the code. */
export type OptionName = keyof typeof table;

/** The value of each setting for a command: the result of its type; optional without a default. */
export type OptionValues = { readonly [Name in OptionName]: ValueOf<(typeof table)[Name]> };

type ValueOf<O extends Option<unknown>> = O extends { readonly default: unknown }
  ? ReturnType<O["type"]["read"]>
  : ReturnType<O["type"]["read"]> | undefined;

/** All settings. Arguments, environment, osac.yml and the documentation are read from this table. */
export const options: { readonly [Name in OptionName]: Option<OptionValues[Name]> } = table;

/** Lists the options of these groups. */
export function listOptions(...groups: readonly OptionGroup[]): OptionName[] {
  const names = Object.keys(options) as OptionName[];
  return groups.flatMap((group) => names.filter((name) => options[name].group === group));
}
