import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { delimiter, join, resolve } from "node:path";
import { promisify } from "node:util";
import type { Jdk } from "./java.ts";
import { type NodeVersion, serverVersions } from "./versions.ts";

const run = promisify(execFile);
const here = import.meta.dirname;

const cheapAdminHash = "$2a$04$miJ2DjrzmYTAThkbCFsHCOUlukCF.FSAZNfdFYpshFcVaqI0USmPG";

/** A prepared server: jars, the plugin with its shipped security directory, the compiled launcher. */
export interface Distribution {
  readonly classPath: string;
  /** The directories with a `plugin-descriptor.properties`, for the launcher. */
  readonly plugins: readonly string[];
  /** The security directory that the plugin ships, but for the hash of `admin`, which costs little to check. */
  readonly securityConfig: string;
  /** The loaded classes of the first node, which writes them: with them a node starts in half of the time. */
  readonly classArchive: string;
}

/**
 * Fetches a server once, by Maven coordinates, to `$OSAC_NODE_CACHE/<version>-<recipe>`, by default below
 * `node_modules/.cache`. Takes about half a minute the first time; afterwards it is only looked up.
 */
export async function prepareNode(version: NodeVersion, jdk: Jdk): Promise<Distribution> {
  const cache = resolve(process.env["OSAC_NODE_CACHE"] ?? join(here, "../../node_modules/.cache/osac-nodes"));
  const folder = join(cache, `${version}-${await recipe()}`);
  if (!existsSync(folder)) await build(version, jdk, cache, folder);
  return {
    // No folder of classes, because Java archives only the classes of jars.
    classPath: ["launcher/*", "lib/*", "plugin/*"].map((part) => join(folder, part)).join(delimiter),
    plugins: [join(folder, "transport"), join(folder, "plugin")],
    securityConfig: join(folder, "plugin", "config"),
    classArchive: join(folder, `classes-${jdk.release}.jsa`),
  };
}

/** Changes with the files that a distribution is made from, so that an old one is not taken for a new one. */
async function recipe(): Promise<string> {
  const files = ["pom.xml", "NodeLauncher.java", "prepare.ts", "versions.ts"].map((file) =>
    readFile(join(here, file)),
  );
  return createHash("sha256")
    .update(Buffer.concat(await Promise.all(files)))
    .digest("hex")
    .slice(0, 8);
}

/** Works beside the final place and moves there at the end, so that what is found there is complete. */
async function build(version: NodeVersion, jdk: Jdk, cache: string, folder: string): Promise<void> {
  await mkdir(cache, { recursive: true });
  const draft = await mkdtemp(join(cache, `${version}-`));
  try {
    await fetchJars(version, jdk, draft);
    await mkdir(join(draft, "transport"));
    await writeFile(join(draft, "transport", "plugin-descriptor.properties"), transportDescriptor(version));
    await compileLauncher(jdk, draft);
    await lowerCost(join(draft, "plugin", "config", "internal_users.yml"));
    await rename(draft, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/**
 * After every write the server checks the caller's password anew, which takes it a third of a second with the hash that
 * the plugin ships. This one is of the same password, with the lowest cost.
 */
async function lowerCost(users: string): Promise<void> {
  const shipped = await readFile(users, "utf8");
  const changed = shipped.replace(
    /^(admin:\n\s+hash: ).*$/m,
    (_, start: string) => `${start}"${cheapAdminHash}"`,
  );
  if (changed === shipped) throw new Error(`no hash of admin in ${users}`);
  await writeFile(users, changed);
}

async function compileLauncher(jdk: Jdk, output: string): Promise<void> {
  const [folder, classes] = [join(output, "launcher"), join(output, "launcher", "classes")];
  const source = join(here, "NodeLauncher.java");
  // Without -proc:none the annotation processor of log4j-core would run.
  const options = ["-proc:none", "-d", classes, "-cp", join(output, "lib", "*"), source];
  await run(join(jdk.home, "bin", "javac"), options);
  await run(join(jdk.home, "bin", "jar"), [
    "--create",
    "--file",
    join(folder, "launcher.jar"),
    "-C",
    classes,
    ".",
  ]);
}

async function fetchJars(version: NodeVersion, jdk: Jdk, output: string): Promise<void> {
  const properties = {
    "opensearch.version": version,
    "log4j.version": serverVersions[version].log4j,
    output,
  };
  const settings = Object.entries(properties).map(([name, value]) => `-D${name}=${value}`);
  const { profile } = serverVersions[version];
  if (profile) settings.push("-P", profile);
  const options = ["--batch-mode", "--quiet", "-f", join(here, "pom.xml"), ...settings, "generate-resources"];
  await run("mvn", options, { env: { ...process.env, JAVA_HOME: jdk.home } });
}

/** The module is not published with a descriptor, only as a jar. */
function transportDescriptor(version: NodeVersion): string {
  const { transport, java } = serverVersions[version];
  return [
    "name=transport-netty4",
    "description=HTTP and transport on Netty 4",
    `version=${version}`,
    `opensearch.version=${version}`,
    `java.version=${java.oldest}`,
    `classname=${transport}`,
    "",
  ].join("\n");
}
