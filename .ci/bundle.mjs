// What the bundles of the command line and of the Action have in common.
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

export const root = join(import.meta.dirname, "..");

/** Options of esbuild; `compiled` is the folder into which the compiler has put the sources. */
export const bundling = (compiled) => ({
  absWorkingDir: root,
  bundle: true,
  charset: "utf8",
  platform: "node",
  format: "esm",
  legalComments: "none",
  // Packages of the other module format ask for `require`, which there is none of here.
  banner: {
    js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
  },
  alias: {
    undici: join(import.meta.dirname, "undici.mjs"),
    // yargs lays out its help with three copies of it, each of which loads the tables of all writing systems at once.
    "string-width": "fast-string-width",
  },
  plugins: [readyValidators(compiled), readyPage],
  metafile: true,
});

/** Has ajv compile the schemas of the kinds beforehand: loading it and compiling took a tenth of the time of a plan. */
const readyValidators = (compiled) => ({
  name: "ready-validators",
  setup({ onLoad }) {
    onLoad({ filter: /schema\/validation\/validators\.ts$/ }, async () => ({
      contents: await validatorsCode(compiled),
      resolveDir: root,
    }));
  },
});

/** Puts the script of the access report, bundled, in the place of the code that bundles it. */
const readyPage = {
  name: "ready-page",
  setup({ onLoad }) {
    onLoad({ filter: /commands[\\/]page-code\.ts$/ }, async () => {
      const client = join(root, "src/report/html/client");
      const options = JSON.parse(readFileSync(join(client, "esbuild.json"), "utf8"));
      const { outputFiles } = await build({ ...options, write: false, entryPoints: [join(client, "main.ts")] });
      return { contents: `export const readPageCode = () => ${JSON.stringify(outputFiles[0].text)};` };
    });
  },
};

async function validatorsCode(compiled) {
  const source = (path) => import(pathToFileURL(join(compiled, "src", path)));
  const [{ createAjv, entitySchemaId }, { allKinds }] = await Promise.all([
    source("schema/validation/validators.js"),
    source("kinds/index.js"),
  ]);
  const { default: codeOf } = createRequire(import.meta.url)("ajv/dist/standalone");
  const ajv = createAjv({ source: true, esm: true });
  for (const { schema } of allKinds) ajv.addSchema(schema);
  const code = codeOf(ajv, Object.fromEntries(allKinds.map((kind) => [kind.name, entitySchemaId(kind)])));
  return `${code}
const validators = { ${allKinds.map(({ name }) => name).join(", ")} };
export const getValidator = ({ name }) => validators[name];
`;
}

/** The licences of the packages in a bundle, which have to go along with it. */
export function licencesOf({ inputs }) {
  const folders = Object.keys(inputs).flatMap(
    (path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? [],
  );
  return [...new Set(folders.map(licence))].toSorted().join(`\n\n${"-".repeat(80)}\n\n`);
}

function licence(folder) {
  const path = join(root, folder);
  const { name, version, license } = JSON.parse(readFileSync(join(path, "package.json"), "utf8"));
  const file = readdirSync(path).find((one) => /^licen[cs]e/i.test(one));
  const text = file ? readFileSync(join(path, file), "utf8").trim() : "";
  return `${name} ${version}, ${license}\n\n${text}`;
}
