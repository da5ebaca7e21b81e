import { readFileSync } from "node:fs";
import { Agent } from "undici";

// The least that a program can do: the same requests with bodies that are already there. The file holds
// `reads`, paths that are read at once; `writes`, one after the other; and `reads again`, at once.
const { url, caCert, authorization, reads, writes, readsAgain } = JSON.parse(
  readFileSync(process.argv[2], "utf8"),
);
const dispatcher = new Agent({ connect: { ca: caCert }, headersTimeout: 0, bodyTimeout: 0 });

async function send(method, path, body) {
  const headers = { authorization, ...(body && { "content-type": "application/json" }) };
  const answer = await dispatcher.request({ origin: url, method, path, headers, body });
  const text = await answer.body.text();
  if (answer.statusCode !== 200) throw new Error(`${method} ${path} answered ${answer.statusCode}: ${text}`);
  JSON.parse(text);
}

await Promise.all(reads.map((path) => send("GET", path)));
for (const { path, body } of writes) await send("PATCH", path, body);
await Promise.all(readsAgain.map((path) => send("GET", path)));
await dispatcher.close();
