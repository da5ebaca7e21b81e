// The main job in half a minute of reading: the example of examples/minimal against a Security API in this process.
// `npm run demo` builds osac first. Nothing outside a temporary folder is written, and nothing leaves this machine.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSimulator } from "opensearch-security-as-code/simulator";

const here = import.meta.dirname;
const cli = join(here, "..", "dist", "bin", "osac.js");
// Far more than a command takes, so that it ends only what hangs, on slow machines too.
const commandTimeoutMs = 300_000;

// What is set for other clusters is not meant for this one, and no proxy leads to it.
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^OSAC_|_proxy$/i.test(name)),
);

const simulator = await startSimulator();
const folder = await mkdtemp(join(tmpdir(), "osac-demo-"));
try {
  await cp(join(here, "minimal"), join(folder, "security"), { recursive: true });
  await writeFile(join(folder, "ca.pem"), simulator.caCert);
  await demonstrate();
} finally {
  await simulator.stop();
  await rm(folder, { recursive: true });
}

async function demonstrate() {
  say("Four files, and a cluster that knows nothing of them. What would change?");
  await osac("plan security", 0);

  say("Write it. Only the password's hash is sent.");
  await osac("apply security --yes", 0);

  say("Somebody gives the readers more than the files say, by hand.");
  await simulator.edit("roles", (roles) => {
    roles.logs_reader.index_permissions[0].allowed_actions.push("indices:admin/delete");
  });
  await osac("drift security", 2);

  say("Write it again, and nothing is left to do.");
  await osac("apply security --yes", 0);
  await osac("plan security", 0);

  say("Taken too far? Every apply keeps what it changes, and can be rolled back.");
  const kept = await readdir(join(folder, "backups"));
  await osac(`rollback backups/${kept.toSorted().at(-1)} --yes`, 0);

  say("The other way round: the live state as files.");
  await osac("export exported", 0);
}

function say(text) {
  process.stdout.write(`\n# ${text}\n\n`);
}

async function osac(words, expected) {
  process.stdout.write(`$ osac ${words}\n`);
  const child = spawn(process.execPath, [cli, ...words.split(" ")], {
    cwd: folder,
    env: {
      ...environment,
      OSAC_URL: simulator.url,
      OSAC_CA_CERT: "ca.pem",
      OSAC_BACKUP: "backups",
      OSAC_USERNAME: simulator.user,
      OSAC_PASSWORD: simulator.password,
      SHIPPER_PASSWORD: "Example-2025-only-here",
    },
    stdio: ["ignore", "inherit", "inherit"],
    timeout: commandTimeoutMs,
  });
  const [code, signal] = await once(child, "exit");
  if (code !== expected) throw new Error(`osac ${words}: exit ${code ?? signal}, not ${expected}`);
  process.stdout.write("\n");
}
