import type { DeployStore } from '../deploy/deploy-store.ts';
import { observeUnits } from '../deploy/observe-units.ts';
import { RunningTimes } from '../deploy/running-times.ts';
import { serviceViews, type ServiceView } from '../deploy/service-view.ts';
import { engineLimitMs, unlessLate, type EngineAccess } from '../engine-access.ts';
import { HttpError } from '../http/http-error.ts';
import type { ServerFigures } from './balancer-program.ts';
import { isBalanced, loadBalancerDocument, type LoadBalancerContext } from './load-balancer-document.ts';

type Figures = ReadonlyMap<number, readonly ServerFigures[]>;

export interface LoadBalancerApiTools {
  readonly engine: EngineAccess;
  readonly store: Pick<DeployStore, 'services' | 'removals' | 'openDeployments' | 'runningVersion' | 'findVersion'>;
  readonly server: string;
  readonly publicPort: number;
  readonly figures: () => Promise<Figures>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** What may be asked of the balancers, as they are at the moment of the request. */
export class LoadBalancerApi {
  readonly #tools: LoadBalancerApiTools;

  constructor(tools: LoadBalancerApiTools) {
    this.#tools = tools;
  }

  async list(): Promise<readonly object[]> {
    const context = await this.#look();
    return this.#views().flatMap((view) => loadBalancerDocument(view, context) ?? []);
  }

  async get(id: string): Promise<object> {
    const view = this.#views().find(({ service }) => service === id);
    const found = view && loadBalancerDocument(view, await this.#look());
    if (found === undefined) throw new HttpError(404, `there is no load balancer ${id}`);
    return found;
  }

  async health(id: string): Promise<object> {
    const view = this.#views().find(({ service }) => service === id);
    return { healthy: view !== undefined && isBalanced(view, { figures: await this.#figures() }) };
  }

  #views(): readonly ServiceView[] {
    return serviceViews(this.#tools.store);
  }

  async #look(): Promise<LoadBalancerContext> {
    const { engine, server, publicPort, now } = this.#tools;
    const limit = AbortSignal.timeout(engineLimitMs);
    const observing = engine.ask((reader) => observeUnits(reader, server, new RunningTimes(0), now()), limit);
    const [{ nodes, units }, figures] = await Promise.all([observing, this.#figures()]);
    return { publicPort, nodes, units, figures };
  }

  /** Whoever does not answer in time is left out, as a request is answered within a second. */
  async #figures(): Promise<Figures> {
    const nobody: Figures = new Map();
    return unlessLate(this.#tools.figures(), AbortSignal.timeout(engineLimitMs)).catch(() => nobody);
  }
}
