import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { type NodeVersion, serverVersions } from "./versions.ts";

/** A Java development kit of this machine. */
export interface Jdk {
  readonly home: string;
  /** 17, 21, 25 … */
  readonly release: number;
}

/** Why real nodes of a version cannot be started here; undefined when they can. */
export function missingForNode(version: NodeVersion): string | undefined {
  const { oldest, newest } = serverVersions[version].java;
  const range = newest === 99 ? `${oldest} or newer` : `${oldest} to ${newest}`;
  if (!findJdk(version)) return `no JDK ${range} for OpenSearch ${version}: set JAVA_HOME`;
  if (!onPath("mvn")) return "no Maven: put mvn on the PATH";
  return undefined;
}

/** The JDK that suits a server best, out of those in the usual places. */
export function findJdk(version: NodeVersion): Jdk | undefined {
  const { oldest, newest, best } = serverVersions[version].java;
  return candidates()
    .flatMap((home) => describe(home) ?? [])
    .filter(({ release }) => release >= oldest && release <= newest)
    .toSorted((a, b) => Math.abs(a.release - best) - Math.abs(b.release - best))[0];
}

/** `JAVA_HOME_17_X64` and its like are how hosted runners announce several JDKs. */
function candidates(): string[] {
  const announced = Object.keys(process.env)
    .filter((name) => /^JAVA_HOME(_\d+_\w+)?$/.test(name))
    .flatMap((name) => process.env[name] ?? []);
  const installed = existsSync("/usr/lib/jvm")
    ? readdirSync("/usr/lib/jvm").map((name) => join("/usr/lib/jvm", name))
    : [];
  const java = onPath("java");
  return [...announced, ...installed, ...(java ? [dirname(dirname(realpathSync(java)))] : [])];
}

/** Every JDK since 9 carries a file that says its release. */
function describe(home: string): Jdk | undefined {
  const file = join(home, "release");
  if (!existsSync(file) || !existsSync(join(home, "bin", "javac"))) return undefined;
  const found = /^JAVA_VERSION="(\d+)/m.exec(readFileSync(file, "utf8"));
  return found ? { home, release: Number(found[1]) } : undefined;
}

function onPath(program: string): string | undefined {
  return (process.env["PATH"] ?? "")
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find(existsSync);
}
