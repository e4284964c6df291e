import { messageOf } from '../../errors.ts';
import { balanceRequest } from './balance-request.ts';
import type { DeployTools, Pass } from './deploy-tools.ts';
import type { Drains } from './drains.ts';
import type { ServiceView } from './service-view.ts';

/** Also where nothing has changed: somebody may have removed a balancer. */
const againMs = 30_000;

export interface Rebalanced {
  /** The balancers are as they were asked to be. */
  readonly isDone: boolean;
  /** Host ports that could not be had, each with the reason. */
  readonly refused: ReadonlyMap<number, string>;
  readonly error?: string;
}

/** Keeps the balancers as services and units are. */
export class Rebalancing {
  readonly #tools: DeployTools;
  readonly #drains: Drains;
  #warned: ReadonlySet<string> = new Set();
  #last: { readonly request: string; readonly at: number; readonly result: Rebalanced } | undefined;

  constructor(tools: DeployTools, drains: Drains) {
    this.#tools = tools;
    this.#drains = drains;
  }

  async balance(views: readonly ServiceView[], { observed, now }: Pass): Promise<Rebalanced> {
    const leaving = this.#drains.units;
    const request = balanceRequest(views, observed, this.#tools.publicPort, leaving);
    const text = JSON.stringify(request);
    const last = this.#last;
    if (last?.request === text && leaving.size === 0 && now < last.at + againMs) return last.result;
    try {
      const { sessions, refused } = await this.#tools.balancing.balance(request.routes, request.units);
      this.#drains.drained(leaving, sessions);
      this.#warned = this.#warn([...refused].map(([port, reason]) => `port ${String(port)}: ${reason}`));
      const result = { isDone: true, refused };
      this.#last = { request: text, at: now, result };
      return result;
    } catch (error) {
      this.#last = undefined;
      const behind = new Set(request.units.map(({ unit }) => unit));
      this.#drains.drained(
        [...leaving].filter((name) => !behind.has(name)),
        new Map(),
      );
      const failed = this.#warn([`the balancers: ${messageOf(error)}`]);
      this.#warned = new Set([...this.#warned, ...failed]);
      return { isDone: false, refused: new Map(), error: messageOf(error) };
    }
  }

  /** Warns of what is new since the balancers were last as they were asked to be. */
  #warn(texts: readonly string[]): ReadonlySet<string> {
    for (const text of texts) if (!this.#warned.has(text)) this.#tools.warn(text);
    return new Set(texts);
  }
}
