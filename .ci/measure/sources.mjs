// Reads the sources into what is counted: functions, types, imports and exports of each file.
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { parseSync, visitorKeys } from "oxc-parser";

const functionTypes = new Set(["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"]);
const typeTypes = new Set(["TSInterfaceDeclaration", "TSTypeAliasDeclaration", "TSEnumDeclaration"]);
/** Names of functions that tell whether a value is a list or a record. */
const shapeTests = /^(?:isArray|is(?:Fields|Record|Object|PlainObject|List|Mapping|Branch))$/;

/** Every source file below the folder, by its path from there. */
export function readSources(folder) {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (path) => path.endsWith(".ts") && !path.endsWith(".d.ts"),
  );
  return new Map(paths.toSorted().map((path) => [path.split(sep).join("/"), readSource(folder, path)]));
}

function readSource(folder, path) {
  const text = readFileSync(join(folder, path), "utf8");
  const { program, comments, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0].message}`);
  const lineStarts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  const lineAt = (offset) => lineStarts.findLastIndex((start) => start <= offset) + 1;
  const source = {
    path: path.split(sep).join("/"),
    lines: lineStarts.length - 1,
    ...countLines(text, comments, lineAt),
    functions: [],
    types: [],
    exports: [],
    ...readImports(program, folder, path),
    any: 0,
    casts: 0,
    nonNulls: 0,
    conditionalSpreads: 0,
  };
  for (const { node, name, isTopLevel } of namedFunctions(program))
    source.functions.push({
      path: source.path,
      ...describeFunction(node, name, isTopLevel),
      lines: lineAt(node.end - 1) - lineAt(node.start) + 1,
    });
  const isDocumented = (start) =>
    comments.some(
      ({ type, value, end }) =>
        type === "Block" && value.startsWith("*") && end <= start && text.slice(end, start).trim() === "",
    );
  for (const statement of program.body) {
    if (statement.type !== "ExportNamedDeclaration" && statement.type !== "ExportDefaultDeclaration")
      continue;
    const names = exportedNames(statement);
    const isReExport = !statement.declaration;
    for (const name of names)
      source.exports.push({ name, isReExport, isDocumented: isDocumented(statement.start) });
  }
  walk(program, (node) => count(node, source));
  return source;
}

function count(node, source) {
  if (typeTypes.has(node.type)) source.types.push(node.id.name);
  if (node.type === "TSAnyKeyword") source.any += 1;
  if (node.type === "TSNonNullExpression") source.nonNulls += 1;
  if (node.type === "TSAsExpression" && node.typeAnnotation.typeName?.name !== "const") source.casts += 1;
  if (node.type === "SpreadElement" && isConditional(node.argument)) source.conditionalSpreads += 1;
}

/** `...(x ? { x } : {})` and `...(x && { x })`. */
function isConditional(node) {
  const inner = node.type === "ParenthesizedExpression" ? node.expression : node;
  const isObject = (one) => one.type === "ObjectExpression";
  if (inner.type === "ConditionalExpression") return isObject(inner.consequent) && isObject(inner.alternate);
  return inner.type === "LogicalExpression" && inner.operator === "&&" && isObject(inner.right);
}

/** Functions and methods that have a name of their own; callbacks have none. */
function namedFunctions(program) {
  const found = [];
  walk(program, (node, parents) => {
    const isTopLevel = parents.every(({ type }) => !functionTypes.has(type) && type !== "ClassBody");
    const add = (named, name) => found.push({ node: named, name, isTopLevel });
    if (node.type === "FunctionDeclaration" && node.body) add(node, node.id?.name ?? "default");
    else if (node.type === "VariableDeclarator" && functionTypes.has(node.init?.type))
      add(node.init, node.id.name);
    else if (node.type === "MethodDefinition" && node.value.body) add(node.value, node.key.name);
    else if (node.type === "Property" && functionTypes.has(node.value.type)) add(node.value, node.key.name);
  });
  return found;
}

function describeFunction(node, name, isTopLevel) {
  const references = new Set();
  const calls = new Set();
  walk(node.body, (inner, parents) => {
    if (inner.type === "Identifier" && !isMemberName(inner, parents.at(-1))) references.add(inner.name);
    if (inner.type !== "CallExpression") return;
    const { callee } = inner;
    calls.add(callee.type === "MemberExpression" ? callee.property.name : callee.name);
  });
  const isTest = [...calls].some((call) => shapeTests.test(call ?? ""));
  const types = new Set([node.params, node.returnType].flat().flatMap((one) => [...mentionedTypes(one)]));
  return {
    name,
    isTopLevel,
    parameters: node.params.length,
    references,
    mentions: [...types],
    isRecursiveWalker: references.has(name) && isTest,
  };
}

function isMemberName(node, parent) {
  if (parent?.type === "MemberExpression") return parent.property === node && !parent.computed;
  return parent?.type === "Property" && parent.key === node && !parent.shorthand && !parent.computed;
}

function mentionedTypes(node) {
  const names = new Set();
  if (node)
    walk(node, (inner) => {
      if (inner.type === "TSTypeReference") names.add(inner.typeName.name);
    });
  return names;
}

function exportedNames({ declaration, specifiers = [] }) {
  if (!declaration) return specifiers.map(({ exported }) => exported.name);
  if (declaration.declarations) return declaration.declarations.map(({ id }) => id.name ?? "destructured");
  return [declaration.id?.name ?? "default"];
}

/** What each local name stands for in another file, and which files are imported. Names that load late stand for nothing. */
function readImports(program, folder, path) {
  const names = new Map();
  const imports = [];
  const targetOf = (request) =>
    request.startsWith(".")
      ? relative(folder, resolve(folder, dirname(path), request))
          .split(sep)
          .join("/")
      : undefined;
  walk(program, (node) => {
    const target = node.source?.type === "Literal" ? targetOf(node.source.value) : undefined;
    if (target === undefined) return;
    if (node.type === "ImportExpression") {
      imports.push({ target, isType: false, isLate: true });
      return;
    }
    const isType = [node.importKind, node.exportKind].includes("type") || isOnlyTypes(node);
    imports.push({ target, isType, isLate: false });
    for (const { type, imported, exported, local } of node.specifiers ?? [])
      if (type !== "ImportNamespaceSpecifier")
        names.set(exported?.name ?? local.name, { target, name: (imported ?? local).name });
  });
  return { imports, names };
}

function isOnlyTypes({ specifiers = [] }) {
  const kinds = specifiers.map(({ importKind, exportKind }) => importKind ?? exportKind);
  return kinds.length > 0 && kinds.every((kind) => kind === "type");
}

function countLines(text, comments, lineAt) {
  const commented = new Set();
  let rest = text;
  for (const { start, end } of comments) {
    for (let line = lineAt(start); line <= lineAt(end - 1); line++) commented.add(line);
    rest = rest.slice(0, start) + rest.slice(start, end).replaceAll(/[^\n]/g, " ") + rest.slice(end);
  }
  const withCode = rest.split("\n").flatMap((line, index) => (line.trim() === "" ? [] : [index + 1]));
  const codeLines = new Set(withCode);
  return {
    codeLines: codeLines.size,
    commentLines: [...commented].filter((line) => !codeLines.has(line)).length,
  };
}

/** Visits the node and everything below it; the nodes around it, outermost first, are only lent. */
function walk(node, visit, parents = []) {
  visit(node, parents);
  parents.push(node);
  for (const key of visitorKeys[node.type] ?? [])
    for (const child of [node[key]].flat()) if (child) walk(child, visit, parents);
  parents.pop();
}
