import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { load } from "js-yaml";
import { Agent } from "undici";
import yargs from "yargs";

// The least that a program can do with the libraries that osac is made of, loaded as npm installs them: it reads its
// arguments, the kinds from the cluster, and meanwhile the files; holds these to their schemas, and counts what differs.
// It checks nothing else, and knows nothing of defaults, sets, secrets or places.
const { job, directory } = await yargs(process.argv.slice(2)).command("$0 <job> <directory>").parseAsync();
const { url, caCert, authorization, reads } = JSON.parse(readFileSync(job, "utf8"));
const dispatcher = new Agent({ connect: { ca: caCert } });

async function get(path) {
  const { body } = await dispatcher.request({ origin: url, method: "GET", path, headers: { authorization } });
  return JSON.parse(await body.text());
}

const fileNames = { internalusers: "internal_users", rolesmapping: "roles_mapping" };
const ajv = new Ajv2020({ allErrors: true, strict: false, validateSchema: false, code: { optimize: false } });

function read(kind) {
  const name = fileNames[kind] ?? kind;
  const content = load(readFileSync(join(directory, `${name}.yml`), "utf8"));
  const schema = readFileSync(join(import.meta.dirname, `../../schemas/${name}.schema.json`), "utf8");
  if (!ajv.validate(JSON.parse(schema), content)) throw new Error(ajv.errorsText());
  return content;
}

const answers = Promise.all(reads.map(get));
const contents = reads.map((path) => read(basename(path)));
const live = await answers;
const differing = contents.flatMap((content, index) =>
  Object.entries(content).filter(
    ([name, body]) => JSON.stringify(live[index][name]) !== JSON.stringify(body),
  ),
);
console.log(differing.length);
await dispatcher.close();
