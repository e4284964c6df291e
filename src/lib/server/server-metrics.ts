import { DaemonMetrics, type CountedStates, type Counter } from '../daemons/metrics.ts';
import type { JobStore } from './store/job-store.ts';

/** What a server counts besides what every daemon does. */
export class ServerMetrics extends DaemonMetrics {
  readonly #requests: Counter<'method' | 'path' | 'status'>;
  /** Those since the last look, by path, status and method: a counter takes longer than the answer to a status. */
  readonly #answered = new Map<string, Map<number, Map<string, number>>>();
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
    const statuses = this.#answered.get(path) ?? new Map<number, Map<string, number>>();
    const methods = statuses.get(status) ?? new Map<string, number>();
    const count = methods.get(method);
    methods.set(method, (count ?? 0) + 1);
    if (count !== undefined) return;
    this.#answered.set(path, statuses.set(status, methods));
  }

  override async text(): Promise<string> {
    for (const [path, statuses] of this.#answered)
      for (const [status, methods] of statuses)
        for (const [method, count] of methods) this.#requests.inc({ method, path, status: String(status) }, count);
    this.#answered.clear();
    return super.text();
  }
}
