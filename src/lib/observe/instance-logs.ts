import { definedOnly } from '../defined.ts';
import { Conflict, NotFound } from '../errors.ts';
import type { EngineReader, LogRequest } from '../engine/engine.ts';
import { lastLines, mergeByTime, type InstanceLine } from './merge-logs.ts';

/** Which lines to read. Times are seconds since 1970, engine's clock. */
export interface LogQuery {
  readonly sinceSeconds?: number;
  readonly untilSeconds?: number;
  /** Only so many last lines of each instance; with `grep`, of those that match. */
  readonly tail?: number;
  readonly grep?: RegExp;
}

export interface LogSource {
  /** Id of the container. */
  readonly id: string;
  readonly key: string;
}

/** Called for each line that is read, also for those that `grep` leaves out. */
export type OnRead = (id: string, time: string) => void;

/** The logs of instances up to now, merged by time. The log of a container that is removed meanwhile ends early. */
export function readInstanceLogs(
  engine: EngineReader,
  sources: readonly LogSource[],
  query: LogQuery,
  signal: AbortSignal,
  onRead: OnRead = () => {},
): AsyncGenerator<InstanceLine> {
  return mergeByTime(sources.map((source) => readOne(engine, source, query, signal, onRead)));
}

function readOne(
  engine: EngineReader,
  source: LogSource,
  query: LogQuery,
  signal: AbortSignal,
  onRead: OnRead,
): AsyncIterable<InstanceLine> {
  const { tail, grep, sinceSeconds, untilSeconds } = query;
  // At least one line is read, so that a follower knows where to continue.
  const read = linesOf(engine, source, {
    signal,
    ...definedOnly({ sinceSeconds, untilSeconds }),
    ...(tail === undefined || grep !== undefined ? {} : { tail: Math.max(1, tail) }),
  });
  const matches = matching(read, source.id, grep, onRead);
  return tail === undefined ? matches : lastLines(matches, tail);
}

async function* matching(
  lines: AsyncIterable<InstanceLine>,
  id: string,
  grep: RegExp | undefined,
  onRead: OnRead,
): AsyncGenerator<InstanceLine> {
  for await (const line of lines) {
    onRead(id, line.time);
    if (grep === undefined || grep.test(line.text)) yield line;
  }
}

export async function* linesOf(
  engine: EngineReader,
  { id, key }: LogSource,
  request: LogRequest,
): AsyncGenerator<InstanceLine> {
  try {
    for await (const line of engine.logs(id, request)) yield { key, ...line };
  } catch (error) {
    // An engine answers with a conflict while it removes the container.
    if (!(error instanceof NotFound) && !(error instanceof Conflict)) throw error;
  }
}
