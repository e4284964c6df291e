import type { Counter } from 'prom-client';
import { DaemonMetrics } from '../metrics.ts';
import { stateNames, type Status } from './status.ts';

/** What a registrator counts besides what every daemon does. */
export class RegistratorMetrics extends DaemonMetrics {
  readonly policyErrors: Counter<'policy'>;
  readonly etcdBreaks: Counter;
  readonly engineBreaks: Counter;

  constructor(status: Status) {
    super('registrator', { names: stateNames, current: () => status.state });
    this.policyErrors = this.counter('policy_errors_total', 'Answers of policies that could not be used', 'policy');
    this.etcdBreaks = this.counter('etcd_breaks_total', 'How often etcd stopped answering');
    this.engineBreaks = this.counter('engine_breaks_total', "How often the engine's stream of events broke");
    this.gauge('keys', 'Desired keys', [], () => [[{}, Object.keys(status.findings.keys).length]]);
    this.gauge('conflicts', 'Keys with several values, and keys of others', [], () => [
      [{}, status.findings.conflicts.length],
    ]);
    this.gauge('lease_seconds_left', 'Until the lease ends when it is not renewed', [], () => [
      [{}, status.lease()?.secondsLeft ?? 0],
    ]);
  }
}
