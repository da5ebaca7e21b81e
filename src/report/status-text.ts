import type { Caller } from "../cluster/caller.ts";
import type { Probe } from "../cluster/status/probe-reload.ts";
import type { KindAccess, Status } from "../cluster/status/status.ts";
import { services } from "../kinds/services/index.ts";
import { hintText } from "./findings-text.ts";
import { formatItem, printable } from "./printable.ts";
import type { DatedCertificate } from "./certificate-expiry.ts";
import { measureWidth, applyStyle, type Theme, type Style } from "./theme.ts";

const indent = "  ";

/** Formats the output of `osac status`: cluster, caller, a line a resource type, a line a certificate. */
export function statusText(
  status: Status,
  { reload }: Probe,
  certificates: readonly DatedCertificate[],
  daysMin: number,
  theme: Theme,
): string {
  const parts = [
    `${applyStyle(theme, "bold", "osac status")} · ${printable(status.url)}\n`,
    factsText(status, reload, theme),
    kindsText(status.kinds, theme),
    statusCertificates(status, certificates, daysMin, theme),
  ];
  return parts.filter((part) => part !== "").join("\n");
}

const unusable = "reachable, but not usable with this login";

function factsText(
  { isReachable, cluster, service, caller, health }: Status,
  reload: Probe["reload"],
  theme: Theme,
): string {
  if (!isReachable) return factText("cluster", applyStyle(theme, "red", "not reachable"), theme);
  const facts = [
    factText("cluster", cluster ? clusterText(cluster) : applyStyle(theme, "red", unusable), theme),
    ...(service === undefined ? [] : [factText("service", services[service].label, theme)]),
    factText("health", healthText(health, theme), theme),
    ...(reload === undefined ? [] : [factText("reload", reloadText(reload, theme), theme)]),
  ];
  return [...facts, ...(caller ? callerFacts(caller, theme) : [])].join("");
}

function factText(label: string, text: string, theme: Theme): string {
  return `${applyStyle(theme, "dim", label.padEnd(9))} ${text}\n`;
}

function clusterText({ name, uuid, version, isVersionGuessed }: NonNullable<Status["cluster"]>): string {
  const { major, minor, patch } = version;
  const number = isVersionGuessed ? "version unknown" : `${major}.${minor}.${patch}`;
  if (name === undefined) return `(${number}) · name and uuid need cluster:monitor/main`;
  return printable(`${name} (${number})${uuid === undefined ? "" : ` · ${uuid}`}`);
}

const healthStyles: Readonly<Record<Status["health"]["status"], Style>> = {
  UP: "green",
  DOWN: "red",
  unknown: "yellow",
};

function healthText({ status, message }: Status["health"], theme: Theme): string {
  return `${applyStyle(theme, healthStyles[status], status)}${message === undefined ? "" : ` (${printable(message)})`}`;
}

function reloadText(reload: NonNullable<Probe["reload"]>, theme: Theme): string {
  return reload === "loaded"
    ? applyStyle(theme, "green", "every node can load the stored configuration")
    : applyStyle(theme, "red", "not every node can load the stored configuration");
}

function callerFacts(caller: Caller, theme: Theme): string[] {
  const { kind, roles, backendRoles } = caller;
  return [
    factText("caller", printable(callerText(caller)), theme),
    ...(kind === "certificate" && roles.length === 0
      ? []
      : [factText("roles", roles.map(formatItem).join(", ") || "none", theme)]),
    ...(backendRoles.length === 0
      ? []
      : [factText("", `backend roles: ${backendRoles.map(formatItem).join(", ")}`, theme)]),
  ];
}

function callerText({ kind, name = "(name unknown)", ignoredUser, roles }: Caller): string {
  if (kind === "nobody" || kind === "iam") return name;
  if (kind !== "certificate") return `${kind} ${name}`;
  const aside = ignoredUser === undefined ? "" : `; user ${ignoredUser} is ignored`;
  return `acting as certificate ${name}${roles.length === 0 ? " (administrator)" : ""}${aside}`;
}

function kindsText(kinds: readonly KindAccess[], theme: Theme): string {
  if (kinds.length === 0) return "";
  const heading = applyStyle(theme, "bold", `${"resource type".padEnd(15)}read  write`);
  const rows = kinds.map(({ kind, readable, writable }) => {
    const marks = `${markText(readable, theme)}   ${markText(writable, theme)}`;
    return `${kind.padEnd(15)}${marks.trimEnd()}\n`;
  });
  return `${heading}\n${rows.join("")}${reasonsText(kinds, theme).replace(/^(?=.)/, "\n")}`;
}

/** Formats the reasons why resource types cannot be read or written, each once with all its types. */
function reasonsText(kinds: readonly KindAccess[], theme: Theme): string {
  const told = kinds.filter(({ reason }) => reason !== undefined);
  const first = told.filter(
    (one, index) =>
      told.findIndex(({ reason, hint }) => reason === one.reason && hint === one.hint) === index,
  );
  return first
    .map(({ reason = "", hint }) => {
      const about = told.filter((one) => one.reason === reason && one.hint === hint);
      const names =
        about.length === kinds.length ? "all resource types" : about.map(({ kind }) => kind).join(", ");
      return `${names}: ${printable(reason)}\n${hint === undefined ? "" : hintText(hint, theme)}`;
    })
    .join("");
}

function markText(isAllowed: boolean, theme: Theme): string {
  return isAllowed ? applyStyle(theme, "green", "yes") : applyStyle(theme, "red", "no ");
}

function statusCertificates(
  { areAllCertificates, isReachable, url }: Status,
  certificates: readonly DatedCertificate[],
  daysMin: number,
  theme: Theme,
): string {
  if (certificates.length === 0)
    return isReachable && url.startsWith("http:") ? "certificates: none, the connection is plain HTTP\n" : "";
  const note = areAllCertificates
    ? ""
    : " · of this connection; the admin certificate shows those of all nodes";
  return certificatesText(certificates, note, daysMin, theme);
}

/** Formats a line a certificate, with the days left. */
export function certificatesText(
  certificates: readonly DatedCertificate[],
  note: string,
  daysMin: number,
  theme: Theme,
): string {
  if (certificates.length === 0) return "";
  const width = measureWidth(certificates.map(({ subject }) => printable(subject)));
  const lines = certificates.map((certificate) => certificateText(certificate, width, daysMin, theme));
  return `${applyStyle(theme, "bold", "certificates")}${applyStyle(theme, "dim", note)}\n${lines.join("")}`;
}

function certificateText(
  { subject, notAfter, days, nodes, uses }: DatedCertificate,
  width: number,
  daysMin: number,
  theme: Theme,
): string {
  const left = days < 0 ? "expired" : `${days} days left`;
  const style: Style = days < 0 ? "red" : days < daysMin ? "yellow" : "green";
  const where = [...nodes, ...uses].join(", ");
  const date = `${notAfter.slice(0, 10)}  ${applyStyle(theme, style, left.padStart(15))}`;
  return `${indent}${printable(subject).padEnd(width)}  ${date}  ${applyStyle(theme, "dim", printable(where))}\n`;
}
