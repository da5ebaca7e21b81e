import type { GitHub } from "../../../src/github/api.ts";
import type { Event } from "../../../src/github/event.ts";
import { failure } from "../../../src/errors.ts";

/** A comment or an issue. */
interface Text {
  readonly id: number;
  readonly number: number;
  readonly user: { readonly login: string };
  readonly html_url: string;
  body: string;
  title?: string;
  state?: string;
  state_reason?: string;
  labels?: readonly string[];
  pull_request?: object;
}

/** A repository `o/r` in memory, which notes what was sent. */
export interface Memory extends GitHub {
  readonly comments: Text[];
  readonly issues: Text[];
  readonly labels: { name: string }[];
  readonly pulls: { number: number; merged_at: string | null }[];
  readonly log: string[];
  /** The head of every pull request. */
  head: string;
  /** The next request of this form is refused. */
  refuse?: RegExp | undefined;
}

/** Makes the repository. Comments are all on one issue or pull request. */
export function openMemory(): Memory {
  let last = 0;
  const make = (body: object): Text => {
    last += 1;
    return { id: last, number: last, user: { login: "bot" }, html_url: `url-${last}`, body: "", ...body };
  };
  const memory: Memory = {
    comments: [],
    issues: [],
    labels: [],
    pulls: [],
    log: [],
    head: "",
    get: async <Body>() => ({ head: { sha: memory.head } }) as Body,
    all: async <Item>(path: string) => {
      note("GET", path);
      if (path.endsWith("/pulls")) return memory.pulls as Item[];
      if (path.endsWith("/labels")) return memory.labels as Item[];
      return (path.endsWith("/comments") ? memory.comments : memory.issues) as Item[];
    },
    send: async <Body>(method: string, path: string, body: object) => {
      note(method, path);
      if (path.endsWith("/labels")) memory.labels.push(body as { name: string });
      else if (method === "PATCH") {
        const id = Number(path.split("/").at(-1));
        const list = path.includes("/comments/") ? memory.comments : memory.issues;
        return Object.assign(
          list.find((one) => one.id === id)!,
          body,
        ) as Body;
      } else {
        const text = make(body);
        (path.endsWith("/comments") ? memory.comments : memory.issues).push(text);
        if (!path.endsWith("/comments")) text.state = "open";
        return text as Body;
      }
      return body as Body;
    },
    author: async () => "bot",
    close: async () => {},
  };
  const note = (method: string, path: string): void => {
    const line = `${method} ${path.replace("/repos/o/r", "")}`;
    if (memory.refuse?.test(line)) {
      memory.refuse = undefined;
      throw failure("access", "github-refused", `no ${line}`);
    }
    memory.log.push(line);
  };
  return memory;
}

/** An event of this repository. */
export function makeEvent(run: number, given: Partial<Event> = {}): Event {
  return {
    name: "push",
    repository: "o/r",
    commit: "0123456789abcdef",
    run: { id: run, attempt: 1 },
    runUrl: `https://run/${run}`,
    ...given,
  };
}
