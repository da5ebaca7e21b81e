import { isDeepStrictEqual } from "node:util";
import { type NodeOptions, type RunningNode, startNode } from "./start.ts";
import { readState, restoreState, type State } from "./state.ts";

interface PooledNode {
  readonly node: RunningNode;
  readonly options: NodeOptions;
  readonly fresh: State;
}

/** So many nodes wait for the next file at most: each takes about half a gigabyte. */
const maxIdle = 6;

/** Running nodes that one test file after the other borrows. A node starts only if no other with its options is free. */
export class NodePool {
  readonly #borrowed = new Map<string, PooledNode>();
  /** The node that was returned last comes last. */
  #idle: PooledNode[] = [];
  readonly #returning = new Set<Promise<void>>();

  async borrow(options: NodeOptions): Promise<RunningNode> {
    // The node that the file before returns is worth waiting for.
    await Promise.all(this.#returning);
    const found = this.#idle.findLast((one) => isDeepStrictEqual(one.options, options));
    this.#idle = this.#idle.filter((one) => one !== found);
    const pooled = found ?? (await start(options));
    this.#borrowed.set(pooled.node.url, pooled);
    return pooled.node;
  }

  async renewCertificate(url: string): Promise<string> {
    return this.#take(url).node.renewCertificate();
  }

  /** The node is as it was at its start for whoever borrows it next, or it ends. */
  return(url: string): void {
    const pooled = this.#take(url);
    this.#borrowed.delete(url);
    const returning = this.#restore(pooled).finally(() => this.#returning.delete(returning));
    this.#returning.add(returning);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#returning);
    const nodes = [...this.#borrowed.values(), ...this.#idle];
    await Promise.all(nodes.map(async ({ node }) => node.stop()));
  }

  async #restore(pooled: PooledNode): Promise<void> {
    if (!(await restoreState(pooled.node, pooled.fresh))) return pooled.node.stop();
    this.#idle.push(pooled);
    if (this.#idle.length > maxIdle) await this.#idle.shift()!.node.stop();
  }

  #take(url: string): PooledNode {
    const pooled = this.#borrowed.get(url);
    if (!pooled) throw new Error(`nobody has borrowed a node at ${url}`);
    return pooled;
  }
}

async function start(options: NodeOptions): Promise<PooledNode> {
  const node = await startNode(options);
  return { node, options, fresh: await readState(node) };
}
