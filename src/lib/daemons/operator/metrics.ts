import type { Counter } from 'prom-client';
import { DaemonMetrics, type GaugeValues } from '../metrics.ts';
import { stateNames, type Status } from './status.ts';

/** What an operator counts besides what every daemon does. */
export class OperatorMetrics extends DaemonMetrics {
  readonly operations: Counter<'kind' | 'result'>;
  readonly consulBreaks: Counter;
  readonly engineBreaks: Counter;

  constructor(status: Status) {
    super('operator', { names: stateNames, current: () => status.state });
    this.operations = this.counter('operations_total', 'Operations of plans, by kind and result', 'kind', 'result');
    this.consulBreaks = this.counter('consul_breaks_total', 'How often Consul stopped answering');
    this.engineBreaks = this.counter('engine_breaks_total', "How often the engine's stream of events broke");
    this.gauge('services', 'Services, by state', ['state'], () => servicesByState(status));
  }
}

function servicesByState({ services }: Status): GaugeValues {
  return [...Map.groupBy(services.values(), ({ state }) => state)].map(([state, group]) => [{ state }, group.length]);
}
