import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { stateNames, type Status } from './status.ts';

/** What an operator counts, for Prometheus. Values of the moment are read when somebody asks; no timer runs for them. */
export class Metrics {
  readonly #registry = new Registry();
  readonly passes: Counter<'result'>;
  readonly passSeconds: Histogram;
  readonly operations: Counter<'kind' | 'result'>;
  readonly consulBreaks: Counter;
  readonly engineBreaks: Counter;

  constructor(status: Status) {
    const registers = [this.#registry];
    const prefix = 'dockerops_operator';
    this.passes = new Counter({
      name: `${prefix}_passes_total`,
      help: 'Comparisons of what is wanted with what is, by how they ended',
      labelNames: ['result'],
      registers,
    });
    this.passSeconds = new Histogram({
      name: `${prefix}_pass_seconds`,
      help: 'How long they took',
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
      registers,
    });
    this.operations = new Counter({
      name: `${prefix}_operations_total`,
      help: 'Operations of plans, by kind and how they ended',
      labelNames: ['kind', 'result'],
      registers,
    });
    this.consulBreaks = new Counter({
      name: `${prefix}_consul_breaks_total`,
      help: 'How often Consul stopped answering',
      registers,
    });
    this.engineBreaks = new Counter({
      name: `${prefix}_engine_breaks_total`,
      help: 'How often the engine stopped telling what happens',
      registers,
    });
    new Gauge({
      name: `${prefix}_state`,
      help: '1 for the state that the operator is in',
      labelNames: ['state'],
      registers,
      collect() {
        for (const state of stateNames) this.set({ state }, state === status.state ? 1 : 0);
      },
    });
    new Gauge({
      name: `${prefix}_services`,
      help: 'Services by how they stand',
      labelNames: ['state'],
      registers,
      collect() {
        this.reset();
        for (const [state, services] of Map.groupBy(status.services.values(), (service) => service.state))
          this.set({ state }, services.length);
      },
    });
    new Gauge({
      name: 'process_resident_memory_bytes',
      help: 'Memory of the operator',
      registers,
      collect() {
        this.set(process.memoryUsage.rss());
      },
    });
    new Gauge({
      name: 'process_cpu_seconds_total',
      help: 'CPU time that the operator has used',
      registers,
      collect() {
        const { user, system } = process.cpuUsage();
        this.set((user + system) / 1e6);
      },
    });
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  get contentType(): string {
    return this.#registry.contentType;
  }
}
