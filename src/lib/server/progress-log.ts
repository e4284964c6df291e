import type { Log } from '../daemons/log.ts';
import type { ProgressSink } from '../events.ts';
import type { ServerMetrics } from './server-metrics.ts';

/** Logs and counts what becomes of the operations of a plan. */
export function progressLog(log: Log, metrics: ServerMetrics): ProgressSink {
  return (event) => {
    if (event.type === 'warning') log.warn(event.text);
    if (event.type !== 'operation' || (event.state !== 'done' && event.state !== 'failed')) return;
    const { operation, state, text } = event;
    metrics.operations.inc({ kind: operation.split(' ')[0] ?? '', result: state });
    if (state === 'failed') log.error({ operation, error: text }, 'an operation failed');
    else log.info({ operation }, text);
  };
}
