import { Counter, Gauge, Histogram, Registry } from 'prom-client';

export type { Counter } from 'prom-client';

/** Values of a gauge, each with its labels. */
export type GaugeValues = readonly (readonly [labels: Readonly<Record<string, string>>, value: number])[];

export interface CountedStates {
  readonly names: readonly string[];
  readonly current: () => string;
}

/** What every daemon counts, for Prometheus. Gauges are read when somebody asks; no timer runs for them. */
export class DaemonMetrics {
  readonly #registry = new Registry();
  readonly #prefix: string;
  readonly #passes: Counter<'result'>;
  readonly #passSeconds: Histogram;

  /** `daemon` is part of the names of its own metrics: `dockerops_<daemon>_passes_total`. */
  constructor(daemon: string, states: CountedStates) {
    this.#prefix = `dockerops_${daemon}_`;
    this.#passes = this.counter('passes_total', 'Passes that compared desired and observed state, by result', 'result');
    this.#passSeconds = new Histogram({
      name: `${this.#prefix}pass_seconds`,
      help: 'Duration of a pass',
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
      registers: [this.#registry],
    });
    this.gauge('state', `1 for the state that the ${daemon} is in`, ['state'], () =>
      states.names.map((state) => [{ state }, state === states.current() ? 1 : 0]),
    );
    this.#addProcess();
  }

  /** Counts and times a pass. */
  async timePass<T>(pass: () => Promise<T>): Promise<T> {
    const end = this.#passSeconds.startTimer();
    try {
      const result = await pass();
      this.#passes.inc({ result: 'done' });
      return result;
    } catch (error) {
      this.#passes.inc({ result: 'failed' });
      throw error;
    } finally {
      end();
    }
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  protected counter<Label extends string>(name: string, help: string, ...labelNames: Label[]): Counter<Label> {
    return new Counter({ name: `${this.#prefix}${name}`, help, labelNames, registers: [this.#registry] });
  }

  protected gauge(name: string, help: string, labelNames: readonly string[], read: () => GaugeValues): void {
    this.#addGauge(`${this.#prefix}${name}`, help, labelNames, read);
  }

  #addGauge(name: string, help: string, labelNames: readonly string[], read: () => GaugeValues): void {
    new Gauge({
      name,
      help,
      labelNames: [...labelNames],
      registers: [this.#registry],
      collect() {
        this.reset();
        for (const [labels, value] of read()) this.set(labels, value);
      },
    });
  }

  #addProcess(): void {
    this.#addGauge('process_resident_memory_bytes', 'Resident memory of the process', [], () => [
      [{}, process.memoryUsage.rss()],
    ]);
    this.#addGauge('process_cpu_seconds_total', 'CPU time that the process has used', [], () => {
      const { user, system } = process.cpuUsage();
      return [[{}, (user + system) / 1e6]];
    });
  }
}
