import type { ProgressSink } from '../../events.ts';
import type { Log } from '../log.ts';
import type { OperatorMetrics } from './metrics.ts';

/** Locks are taken with every change and would fill the log. */
const quiet: ReadonlySet<string> = new Set(['lock', 'unlock']);

/** Logs and counts what becomes of the operations of a plan. */
export function progressLog(log: Log, metrics: OperatorMetrics): ProgressSink {
  return (event) => {
    if (event.type === 'warning') log.warn(event.text);
    if (event.type === 'notice') log.info(event.text);
    if (event.type !== 'operation' || (event.state !== 'done' && event.state !== 'failed')) return;
    const { operation, state, text } = event;
    const [kind = ''] = operation.split(' ');
    metrics.operations.inc({ kind, result: state });
    if (state === 'failed') log.error({ operation, error: text }, 'an operation failed');
    else log[quiet.has(kind) ? 'debug' : 'info']({ operation }, text);
  };
}
