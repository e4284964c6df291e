import { setTimeout as delay } from 'node:timers/promises';
import type { EngineReader, LogLine } from '../../engine/engine.ts';
import { isOver, type Run } from './job.ts';

export interface JobLogRequest {
  readonly engine: Pick<EngineReader, 'serviceLogs'>;
  /** The run whose log it is, as it is now; undefined: there is none yet. */
  readonly run: () => Run | undefined;
  readonly tail?: number;
  readonly follow: boolean;
  readonly signal: AbortSignal;
}

const pauseMs = 200;
/** What a program prints last comes a little after its end. */
const lastMs = 1000;

/** The lines of a job's latest run, each with its newline; followed, until the run is over. */
export async function* readJobLog(request: JobLogRequest): AsyncGenerator<string> {
  const { run, follow, signal, tail } = request;
  while (follow && waitsForService(run()) && !signal.aborted) await pause(signal);
  const serviceId = run()?.serviceId;
  if (serviceId === undefined || signal.aborted) return;
  const query = tail === undefined ? {} : { tail };
  if (!follow || isDone(run()))
    for await (const { text } of request.engine.serviceLogs(serviceId, { ...query, signal })) yield `${text}\n`;
  else yield* followLog(request, serviceId, query);
}

/**
 * An engine never ends the log of a service that is followed. When the run is over, what it had not sent yet is read
 * once more: it has later times.
 */
async function* followLog(
  { engine, run, signal }: JobLogRequest,
  serviceId: string,
  query: { readonly tail?: number },
): AsyncGenerator<string> {
  const over = new AbortController();
  const inside = AbortSignal.any([signal, over.signal]);
  const watching = (async () => {
    while (!isDone(run()) && !inside.aborted) await pause(inside);
    await delay(lastMs, undefined, { signal: inside }).catch(() => {});
    over.abort();
  })();
  let last = '';
  try {
    for await (const line of engine.serviceLogs(serviceId, { ...query, follow: true, signal: inside })) {
      last = latest(line, last);
      yield `${line.text}\n`;
    }
    if (signal.aborted) return;
    for await (const line of engine.serviceLogs(serviceId, { signal })) if (line.time > last) yield `${line.text}\n`;
  } finally {
    over.abort();
    await watching;
  }
}

function latest({ time }: LogLine, last: string): string {
  return time > last ? time : last;
}

function waitsForService(run: Run | undefined): boolean {
  return run === undefined || (!isOver(run) && run.serviceId === undefined);
}

function isDone(run: Run | undefined): boolean {
  return run === undefined || isOver(run);
}

async function pause(signal: AbortSignal): Promise<void> {
  await delay(pauseMs, undefined, { signal }).catch(() => {});
}
