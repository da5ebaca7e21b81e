// What somebody reads who follows a command from the command line to its report.

/** Folders and files that every other one may use. A reader knows them before, so they are no step of the way. */
const vocabulary = /^(?:value|secrets|model)\/|^(?:errors|codes|exit-codes|tool-version)\.ts$/;

/**
 * The functions that somebody follows from the roots: those whose calls lead, directly or not, into at least so many
 * files. The others are details, which are believed by their names. Code that loads only when it is used is not followed.
 */
export function followedFunctions(sources, roots, filesMin) {
  const missing = roots.filter(({ path, name }) => findFunctions(sources, path, name).length === 0);
  if (missing.length > 0)
    throw new Error(`not found: ${missing.map(({ path, name }) => `${name} in ${path}`)}`);
  return reachable(sources, roots).filter((one) => {
    const paths = reachable(sources, [one]).map(({ path }) => path);
    return new Set(paths).size >= filesMin;
  });
}

/** The functions that these name, or that those name, and so on; themselves included. */
function reachable(sources, roots) {
  const found = new Set();
  let front = roots.flatMap(({ path, name }) => findFunctions(sources, path, name));
  while (front.length > 0) {
    for (const one of front) found.add(one);
    front = front
      .flatMap(({ path, references }) =>
        [...references].flatMap((name) => findFunctions(sources, path, name)),
      )
      .filter((one) => !found.has(one));
  }
  return [...found];
}

function findFunctions(sources, path, name) {
  return findDeclared(sources, path, name, (source, own) =>
    source.functions.filter((one) => one.isTopLevel && one.name === own && !vocabulary.test(source.path)),
  );
}

/** The declared types that the signatures of these functions name, each once. */
export function signatureTypes(sources, functions) {
  return new Set(
    functions.flatMap(({ path, mentions }) =>
      mentions.flatMap((name) =>
        findDeclared(sources, path, name, (source, own) =>
          source.types.includes(own) ? [`${source.path} ${own}`] : [],
        ),
      ),
    ),
  );
}

/** What a name in a file stands for: declared there, or in the file that it is imported from. */
function findDeclared(sources, path, name, declaredIn) {
  const source = sources.get(path);
  if (!source) return [];
  const own = declaredIn(source, name);
  const imported = source.names.get(name);
  return own.length > 0 || !imported
    ? own
    : findDeclared(sources, imported.target, imported.name, declaredIn);
}
