import { definedOnly } from '../../defined.ts';
import type { EngineReader, LogLine } from '../../engine/engine.ts';
import type { Failure } from './advance.ts';
import type { Deployment } from './deployment.ts';
import type { Observation } from './observe-units.ts';
import type { Unit } from './unit.ts';

export type LogReader = Pick<EngineReader, 'logs' | 'taskLogs'>;

const keptLines = 20;
/** Characters of each. */
const maxLine = 2000;
/** A node that is down never answers. */
const limitMs = 3000;

/** What a deployment keeps of its failure: the unit, where it was, how it ended and what it printed last. */
export async function failureDetails(
  { error, unit, subject }: Failure,
  observed: Observation,
  engine: LogReader,
): Promise<Pick<Deployment, 'error' | 'unit' | 'node' | 'exitCode' | 'logs'>> {
  if (unit === undefined) return { error, ...(subject === undefined || subject === '' ? {} : { unit: subject }) };
  const node = observed.nodes.find(({ id }) => id === unit.nodeId)?.hostname;
  const logs = unit.containerId === undefined ? undefined : await lastLines(unit, observed, engine);
  return { error, unit: unit.name, ...definedOnly({ node, exitCode: unit.exitCode, logs }) };
}

async function lastLines(unit: Unit, { kind }: Observation, engine: LogReader): Promise<readonly string[]> {
  const signal = AbortSignal.timeout(limitMs);
  const query = { tail: keptLines, signal };
  const lines: string[] = [];
  try {
    for await (const { text } of unitLog(unit, kind, engine, query)) lines.push(text.slice(0, maxLine));
  } catch {
    // Its container is gone, or its node does not answer: the cause is told without its log.
  }
  return lines.slice(-keptLines);
}

/** The log of one unit. */
export function unitLog(
  { id }: Pick<Unit, 'id'>,
  kind: Observation['kind'],
  engine: LogReader,
  query: Parameters<LogReader['logs']>[1],
): AsyncIterable<LogLine> {
  return kind === 'swarm' ? engine.taskLogs(id, query) : engine.logs(id, query);
}
