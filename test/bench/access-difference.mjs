import { readFileSync } from "node:fs";
import { compareAccess } from "../../dist/src/access/compare/index.js";
import { makeTransition } from "../../dist/src/access/documents.js";
import { can, identifyCaller, loadAccess } from "../../dist/src/access/effective/index.js";

// Compares the access before and after some changes, and asks 100 questions. Prints the processor time.
const [size, wide, changed] = [Number(process.argv[2]), Number(process.argv[3]), process.argv[4]];

// The same numbers in every run.
let seed = 42;
const pick = (count) => ((seed = (seed * 1103515245 + 12345) & 0x7fffffff) >>> 8) % count;
const many = (count, make) => Array.from({ length: count }, (_, index) => make(index));

const wideOnes = many(Math.max(1, wide), (index) => `*-x${index.toString(36)}-*`);
const kinds = ["logs", "metrics", "audit", "orders", "tmp"];
const actions = [["read"], ["read", "write"], ["crud", "manage"], ["indices:data/write/index"], ["mine"]];

/** Two of three patterns end with `*`, one is a name; `wide` percent are like `*x*`. */
function makePattern() {
  if (pick(100) < wide) return wideOnes[pick(wideOnes.length)];
  return `team${pick(300).toString(36)}-${kinds[pick(5)]}${pick(3) > 0 ? "-*" : ""}`;
}

/** 1 to 4 blocks of 1 to 3 patterns; a quarter of the roles restricts documents and fields in one block. */
function makeRole(index) {
  const blocks = many(1 + pick(4), () => ({
    index_patterns: many(1 + pick(3), makePattern),
    allowed_actions: [...actions[pick(5)], "common"],
  }));
  if (index % 4 === 0) Object.assign(blocks[0], { dls: `{"term":{"team":${index}}}`, fls: ["~secret"] });
  return {
    cluster_permissions: ["cluster_composite_ops"],
    index_permissions: blocks,
    tenant_permissions: [{ tenant_patterns: [`tenant-${index % 50}`], allowed_actions: ["kibana_all_read"] }],
  };
}

const named = (prefix, count, make) => new Map(many(count, (index) => [`${prefix}-${index}`, make(index)]));
const documents = new Map([
  ["tenants", named("tenant", 50, () => ({}))],
  [
    "actiongroups",
    new Map([
      ["mine", { allowed_actions: ["indices:data/read/get"] }],
      ["common", { allowed_actions: ["indices:admin/get"] }],
    ]),
  ],
  ["roles", named("role", size, makeRole)],
  ["rolesmapping", named("role", size, (index) => ({ backend_roles: [`team-${index}`] }))],
  // 2 to 7 roles for each user.
  [
    "internalusers",
    named("user", size, () => ({ backend_roles: many(2 + pick(6), () => `team-${pick(size)}`) })),
  ],
  ["config", new Map([["config", { dynamic: {} }]])],
]);

const update = (kind, name, change) => {
  const before = documents.get(kind).get(name);
  return { kind, name, action: "update", before, after: { ...before, ...change(before) } };
};
const withPattern = ({ index_permissions: [first, ...rest] }, pattern) => ({
  index_permissions: [{ ...first, index_patterns: [...first.index_patterns, pattern] }, ...rest],
});
const changes = {
  "20 roles": () =>
    many(20, (index) =>
      update("roles", `role-${index * 7}`, (role) => withPattern(role, `team${index}-orders-*`)),
    ),
  "every role": () =>
    many(size, (index) => update("roles", `role-${index}`, (role) => withPattern(role, `new-${index}-*`))),
  "a group of every role": () => [
    update("actiongroups", "common", () => ({
      allowed_actions: ["indices:admin/get", "indices:admin/create"],
    })),
  ],
}[changed]();

const version = { major: 3, minor: 4, patch: 0 };
const processorMs = (began) => {
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1000;
};
const began = process.cpuUsage();
const found = compareAccess({ transition: makeTransition(documents, changes), version });
const seconds = processorMs(began) / 1000;
const uncertain = found.changes.filter(({ perhaps }) => perhaps !== undefined);
const [, kilobytes] = /^VmHWM:\s+(\d+)/m.exec(readFileSync("/proc/self/status", "utf8"));

const access = loadAccess({ documents, version });
const target = { kind: "indices", expressions: ["teama-logs-1"] };
const ask = (index) =>
  can(access, identifyCaller(access, { kind: "user", name: `user-${index}` }), "search", target);
// The first question indexes the mappings.
ask(0);
const asked = process.cpuUsage();
for (let index = 1; index <= 100; index++) ask(index);
const milliseconds = processorMs(asked) / 100;

console.log(
  JSON.stringify({
    seconds,
    milliseconds,
    megabytes: Number(kilobytes) / 1024,
    effects: found.changes.length,
    perhaps: uncertain.length,
  }),
);
