import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { Secret } from "../../../src/secrets/secret.ts";
import type { GitHubConnection } from "../../../src/github/api.ts";

/** A comment, or an issue with a title and a state. */
export interface Entry {
  readonly id: number;
  readonly number: number;
  body: string;
  title?: string;
  state?: "open" | "closed";
  labels?: { readonly name: string }[];
  readonly user: { readonly login: string };
  readonly html_url: string;
  pull_request?: object;
}

/** A fault of one of the next requests. */
interface Fault {
  readonly status: number;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly delayMs?: number;
  /** True if the request is executed, but its answer is lost. */
  readonly isDone?: boolean;
  /** Only of this method. */
  readonly method?: string;
}

/** The part of GitHub's REST API that osac uses: one repository, `octo/security`, on loopback. */
export interface FakeGitHub {
  readonly url: string;
  readonly connection: GitHubConnection;
  /** The variables that a runner sets. */
  readonly env: Readonly<Record<string, string>>;
  readonly requests: { readonly method: string; readonly path: string }[];
  /** By the number of the issue or pull request. */
  readonly comments: Map<number, Entry[]>;
  readonly issues: Entry[];
  readonly labels: Set<string>;
  /** Heads of pull requests. */
  readonly heads: Map<number, string>;
  /** The pull requests of a commit. */
  readonly merged: Map<string, number[]>;
  /** The resources that the token may write; all by default. */
  readonly permissions: Set<string>;
  /** True if issues are enabled. */
  settings: { hasIssues: boolean };
  addComment(number: number, body: string, author?: string): Entry;
  fail(...faults: readonly Fault[]): void;
  stop(): Promise<void>;
}

const repository = "/repos/octo/security";
const bodyMax = 65_536;

/** Starts the API. The caller stops it. */
export async function startFakeGitHub(): Promise<FakeGitHub> {
  const faults: Fault[] = [];
  let lastId = 1000;
  const server = createServer((request, response) => void handle(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const token = "ghs_loopbackTokenOfTheJob0123456789";
  const fake: FakeGitHub = {
    url,
    connection: { url, graphqlUrl: `${url}/graphql`, token: new Secret(token), proxy: {}, waitMs: 5 },
    env: {
      GITHUB_API_URL: url,
      GITHUB_GRAPHQL_URL: `${url}/graphql`,
      GITHUB_SERVER_URL: "https://github.example",
      GITHUB_REPOSITORY: "octo/security",
      GITHUB_RUN_ID: "500",
      GITHUB_RUN_ATTEMPT: "1",
      "INPUT_GITHUB-TOKEN": token,
    },
    requests: [],
    comments: new Map(),
    issues: [],
    labels: new Set(),
    heads: new Map(),
    merged: new Map(),
    permissions: new Set(["pull-requests", "issues"]),
    settings: { hasIssues: true },
    addComment: (number, body, author = "github-actions[bot]") => {
      const entry = newEntry(number, body, author);
      fake.comments.set(number, [...(fake.comments.get(number) ?? []), entry]);
      return entry;
    },
    fail: (...more) => void faults.push(...more),
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };

  function newEntry(number: number, body: string, login: string): Entry {
    const id = ++lastId;
    return { id, number, body, user: { login }, html_url: `https://github.example/c/${id}` };
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "GET", url: path = "/" } = request;
    const sent = await text(request);
    fake.requests.push({ method, path });
    const index = faults.findIndex((fault) => fault.method === undefined || fault.method === method);
    const [fault] = index < 0 ? [] : faults.splice(index, 1);
    if (fault?.delayMs) await sleep(fault.delayMs);
    const done = fault && !fault.isDone ? undefined : answerTo(request, method, new URL(path, url), sent);
    if (fault) return answer(response, fault.status, fault.body ?? {}, fault.headers);
    return answer(response, ...done!);
  }

  function answerTo(request: IncomingMessage, method: string, target: URL, sent: string): Answered {
    const refusal = findRefusal(request);
    if (refusal) return refusal;
    const given = sent === "" ? {} : (JSON.parse(sent) as Partial<Entry> & { name?: string });
    if (target.pathname === "/graphql") return [200, { data: { viewer: { login: "github-actions[bot]" } } }];
    if ((given.body ?? "").length > bodyMax)
      return [422, { message: "Validation Failed", errors: [{ field: "body", message: "is too long" }] }];
    const path = target.pathname.startsWith(repository) ? target.pathname.slice(repository.length) : "";
    for (const [pattern, route] of routes) {
      const [, ...words] = pattern.exec(`${method} ${path}`) ?? [undefined];
      if (words.length > 0) return route(words as string[], given, target);
    }
    return [404, { message: "Not Found" }];
  }

  function findRefusal({ headers }: IncomingMessage): Answered | undefined {
    if (headers.authorization !== `Bearer ${token}`) return [401, { message: "Bad credentials" }];
    return headers["user-agent"] === undefined ? [403, { message: "no User-Agent" }] : undefined;
  }

  type Route = (words: string[], given: Partial<Entry> & { name?: string }, target: URL) => Answered;

  const routes: [RegExp, Route][] = [
    [/^(GET) \/pulls\/(\d+)$/, ([, number]) => pull(Number(number))],
    [
      /^(GET) \/commits\/(\w+)\/pulls$/,
      ([, sha], _, target) =>
        paged(
          (fake.merged.get(sha!) ?? []).map((number) => ({ number, merged_at: "2026-01-01" })),
          target,
        ),
    ],
    [
      /^(GET) \/issues\/(\d+)\/comments$/,
      ([, number], _, target) => paged(fake.comments.get(Number(number)) ?? [], target),
    ],
    [
      /^(POST) \/issues\/(\d+)\/comments$/,
      ([, number], { body }) => guarded(() => [201, fake.addComment(Number(number), body!)]),
    ],
    [
      /^(PATCH) \/issues\/comments\/(\d+)$/,
      ([, id], { body }) => guarded(() => edit(findComment(Number(id)), { body: body! })),
    ],
    [
      /^(GET) \/issues$/,
      (_, __, target) => {
        const state = target.searchParams.get("state") ?? "open";
        if (!fake.settings.hasIssues)
          return [410, { message: "Issues has been disabled in this repository." }];
        return paged(
          fake.issues.filter((issue) => state === "all" || issue.state === state).toReversed(),
          target,
        );
      },
    ],
    [
      /^(POST) \/issues$/,
      (_, { title, body, labels }) =>
        guarded(() => {
          if (!fake.settings.hasIssues)
            return [410, { message: "Issues has been disabled in this repository." }];
          const entry = newEntry(fake.issues.length + 1, body ?? "", "github-actions[bot]");
          const names = ((labels ?? []) as unknown as string[]).map((name) => ({ name }));
          const issue = { ...entry, title: title!, state: "open" as const, labels: names };
          fake.issues.push(issue);
          return [201, issue];
        }, "issues"),
    ],
    [
      /^(PATCH) \/issues\/(\d+)$/,
      ([, number], given) =>
        guarded(
          () =>
            edit(
              fake.issues.find((issue) => issue.number === Number(number)),
              given,
            ),
          "issues",
        ),
    ],
    [
      /^(GET) \/labels$/,
      (_, __, target) =>
        paged(
          [...fake.labels].map((name) => ({ name })),
          target,
        ),
    ],
    [
      /^(POST) \/labels$/,
      (_, { name }) =>
        guarded(() => {
          fake.labels.add(name!);
          return [201, { name }];
        }, "issues"),
    ],
  ];

  function pull(number: number): Answered {
    const sha = fake.heads.get(number);
    return sha === undefined ? [404, { message: "Not Found" }] : [200, { number, head: { sha } }];
  }

  function findComment(id: number): Entry | undefined {
    return [...fake.comments.values()].flat().find((comment) => comment.id === id);
  }

  function guarded(act: () => Answered, permission = "pull-requests"): Answered {
    if (fake.permissions.has(permission)) return act();
    const headers = { "x-accepted-github-permissions": `${permission.replace("-", "_")}=write` };
    return [403, { message: "Resource not accessible by integration" }, headers];
  }

  return fake;
}

function answer(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

type Answered = [status: number, body: unknown, headers?: Record<string, string>];

function edit(entry: Entry | undefined, change: Partial<Entry>): Answered {
  return entry ? [200, Object.assign(entry, change)] : [404, { message: "Not Found" }];
}

function paged(items: readonly unknown[], target: URL): Answered {
  const size = Number(target.searchParams.get("per_page") ?? 30);
  const page = Number(target.searchParams.get("page") ?? 1);
  const last = Math.max(1, Math.ceil(items.length / size));
  const to = (number: number, rel: string): string => {
    const address = new URL(target);
    address.searchParams.set("page", String(number));
    return `<${address.href}>; rel="${rel}"`;
  };
  const links = [
    ...(page > 1 ? [to(page - 1, "prev")] : []),
    ...(page < last ? [to(page + 1, "next"), to(last, "last")] : []),
  ];
  const headers: Record<string, string> = links.length > 0 ? { link: links.join(", ") } : {};
  return [200, items.slice((page - 1) * size, page * size), headers];
}
