import { definedOnly } from '../defined.ts';
import { Conflict, NotFound } from '../errors.ts';
import type { EngineReader } from '../engine/engine.ts';
import { lastLines, mergeByTime, type InstanceLine } from './merge-logs.ts';

/** What of the logs is wanted; times in seconds since 1970. */
export interface LogQuery {
  readonly sinceSeconds?: number;
  readonly untilSeconds?: number;
  /** So many of each instance; with `grep`, of those that match. */
  readonly tail?: number;
  readonly grep?: RegExp;
}

export interface LogSource {
  /** Id of the container. */
  readonly id: string;
  readonly key: string;
}

/** Told each line that is read, also those that the query leaves out. */
export type OnRead = (id: string, time: string) => void;

/** What instances have written so far, merged by time. A container that is removed meanwhile just ends. */
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
  // The last one is read in any case, so that a follower knows where to go on.
  const read = linesOf(engine, source, {
    signal,
    ...definedOnly({ sinceSeconds, untilSeconds }),
    ...(tail === undefined || grep !== undefined ? {} : { tail: Math.max(1, tail) }),
  });
  const wanted = matching(read, source.id, grep, onRead);
  return tail === undefined ? wanted : lastLines(wanted, tail);
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
  query: Parameters<EngineReader['logs']>[1],
): AsyncGenerator<InstanceLine> {
  try {
    for await (const line of engine.logs(id, query)) yield { key, ...line };
  } catch (error) {
    // The engine refuses the log of a container that it is just removing.
    if (!(error instanceof NotFound) && !(error instanceof Conflict)) throw error;
  }
}
