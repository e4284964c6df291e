import type { Clock } from '../../daemons/clock.ts';
import { definedOnly } from '../../defined.ts';
import type { EngineReader, LogLine } from '../../engine/engine.ts';
import { NotFound } from '../../errors.ts';
import { isOver, type Run } from './job.ts';

/** `awaited`: its schedule has not been due yet; undefined: there is none, and there will be none. */
export type LoggedRun = Run | 'awaited' | undefined;

export interface JobLogRequest {
  readonly engine: () => Promise<Pick<EngineReader, 'serviceLogs'>>;
  /** A run as it is now; without a number the latest one. */
  readonly run: (number?: number) => LoggedRun;
  readonly tail?: number;
  readonly follow: boolean;
  readonly signal: AbortSignal;
  readonly clock: Pick<Clock, 'sleep'>;
}

const pauseMs = 200;
/** What a program prints last comes a little after its end. */
const lastMs = 1000;

/**
 * The lines of a job's latest run, each with its newline. Followed, those of all its later attempts, until the run is
 * over. The log goes with its service: that ends it as well.
 */
export async function* readJobLog(request: JobLogRequest): AsyncGenerator<string> {
  const { tail, run, follow } = request;
  const { serviceId } = found(run()) ?? {};
  if (follow) yield* followRun(request);
  else if (serviceId !== undefined)
    for await (const { text } of linesOf(request, serviceId, definedOnly({ tail }))) yield `${text}\n`;
}

async function* followRun(request: JobLogRequest): AsyncGenerator<string> {
  let number: number | undefined;
  const run = (): LoggedRun => {
    const now = request.run(number);
    number ??= found(now)?.number;
    return now;
  };
  let { tail } = request;
  for (let read: string | undefined; ;) {
    const serviceId = await nextService({ ...request, run }, read);
    if (serviceId === undefined) return;
    yield* followService({ ...request, run }, serviceId, tail);
    // Of an attempt that begins meanwhile, everything is new.
    [read, tail] = [serviceId, undefined];
  }
}

/** The service of the next attempt; undefined: there will be none. */
async function nextService(
  { run, signal, clock }: JobLogRequest,
  read: string | undefined,
): Promise<string | undefined> {
  for (; !signal.aborted; await clock.sleep(pauseMs, signal)) {
    const now = run();
    if (now === undefined) return undefined;
    if (now === 'awaited') continue;
    if (now.serviceId !== undefined && now.serviceId !== read) return now.serviceId;
    if (isOver(now)) return undefined;
  }
  return undefined;
}

function found(run: LoggedRun): Run | undefined {
  return run === 'awaited' ? undefined : run;
}

/** An engine does not end the log of a service that is followed. One that ends it early is asked again. */
async function* followService(request: JobLogRequest, serviceId: string, tail?: number): AsyncGenerator<string> {
  const { signal, clock } = request;
  const isDone = (): boolean => isEnded(found(request.run()), serviceId);
  let last = tail === 0 ? await lastTime(request, serviceId) : '';
  for (
    let query: Query = tail === 0 ? sinceTime(last) : definedOnly({ tail });
    !signal.aborted;
    query = sinceTime(last)
  ) {
    const [isLast, after] = [isDone(), last];
    // When the run is over, what was not sent yet is read once more.
    const lines = isLast ? linesOf(request, serviceId, query) : linesUntil(isDone, request, serviceId, query);
    for await (const { time, text } of lines) {
      if (time <= after) continue;
      if (time > last) last = time;
      yield `${text}\n`;
    }
    if (isLast) return;
    await clock.sleep(pauseMs, signal);
  }
}

/** Whether an attempt with this service has ended. */
function isEnded(run: Run | undefined, serviceId: string): boolean {
  return run === undefined || isOver(run) || run.serviceId !== serviceId || run.unwanted !== undefined;
}

interface Query {
  readonly tail?: number;
  readonly sinceSeconds?: number;
}

/** Engines take whole seconds from all clients: what is too early has a time that tells. */
function sinceTime(time: string): Query {
  return time === '' ? {} : { sinceSeconds: Math.floor(Date.parse(time) / 1000) };
}

async function lastTime(request: JobLogRequest, serviceId: string): Promise<string> {
  let last = '';
  for await (const { time } of linesOf(request, serviceId, { tail: 1 })) last = time;
  return last;
}

/** Followed, until shortly after `isDone`. */
async function* linesUntil(
  isDone: () => boolean,
  request: JobLogRequest,
  serviceId: string,
  query: Query,
): AsyncGenerator<LogLine> {
  const over = new AbortController();
  const signal = AbortSignal.any([request.signal, over.signal]);
  const watching = (async () => {
    while (!isDone() && !signal.aborted) await request.clock.sleep(pauseMs, signal);
    await request.clock.sleep(lastMs, signal);
    over.abort();
  })();
  try {
    yield* linesOf({ ...request, signal }, serviceId, { ...query, follow: true });
  } finally {
    over.abort();
    await watching;
  }
}

/** None of a service that is gone. */
async function* linesOf(
  { engine, signal }: JobLogRequest,
  serviceId: string,
  query: Query & { readonly follow?: boolean },
): AsyncGenerator<LogLine> {
  try {
    yield* (await engine()).serviceLogs(serviceId, { ...query, signal });
  } catch (error) {
    if (!(error instanceof NotFound)) throw error;
  }
}
