import { DaemonMetrics, type CountedStates, type Counter } from '../daemons/metrics.ts';
import type { JobStore } from './store/job-store.ts';

/** What a server counts besides what every daemon does. */
export class ServerMetrics extends DaemonMetrics {
  readonly #requests: Counter<'method' | 'path' | 'status'>;
  /** Those since the last look: a counter takes longer than the answer to a status. */
  readonly #answered = new Map<string, number>();
  readonly operations: Counter<'kind' | 'result'>;
  readonly engineBreaks: Counter;

  constructor(states: CountedStates, store: Pick<JobStore, 'countByState'>) {
    super('serve', states);
    this.#requests = this.counter('requests_total', 'Requests, by route and status', 'method', 'path', 'status');
    this.operations = this.counter('operations_total', 'Operations of plans, by kind and result', 'kind', 'result');
    this.engineBreaks = this.counter('engine_breaks_total', "How often the engine's stream of events broke");
    this.gauge('jobs', 'Runs of jobs, by state', ['state'], () =>
      store.countByState().map(([state, count]) => [{ state }, count]),
    );
  }

  answered(method: string, path: string, status: number): void {
    const key = `${method} ${path} ${String(status)}`;
    this.#answered.set(key, (this.#answered.get(key) ?? 0) + 1);
  }

  override async text(): Promise<string> {
    for (const [key, count] of this.#answered) {
      const [method = '', path = '', status = ''] = key.split(' ');
      this.#requests.inc({ method, path, status }, count);
    }
    this.#answered.clear();
    return super.text();
  }
}
