import { createServer } from "node:http";
import { startSimulator } from "../../dist/src/simulator/index.js";

// Simulated clusters in a process of their own, so that the benchmark measures the run alone. It prints their
// addresses, and those of servers that answer one byte after the other, and ends with its standard input.

const [count, dripping] = process.argv.slice(2).map(Number);
const hash = "$2a$04$GQKtIVnVnYbBgSmMQm.duu6xIHFYfridC6T4ndofowdDv.VSFt11m";
const internalusers = { admin: { reserved: true, backend_roles: ["admin"], hash } };
const first = await startSimulator({ documents: { internalusers } });
const { certificates, caCert } = first;
const rest = await Promise.all(
  Array.from({ length: count - 1 }, () => startSimulator({ certificates, documents: { internalusers } })),
);
const drips = await Promise.all(Array.from({ length: dripping }, startDripping));
console.log(JSON.stringify({ caCert, urls: [first, ...rest].map(({ url }) => url), drips }));
process.stdin.resume().on("end", () => process.exit());

async function startDripping() {
  const server = createServer((_, response) => {
    const timer = setInterval(() => response.write(" "), 200);
    response.on("close", () => clearInterval(timer));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${server.address().port}`;
}
