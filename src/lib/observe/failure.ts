import type { ContainerDetail, EngineReader } from '../engine/engine.ts';
import { EngineError, OperationFailed } from '../errors.ts';
import { label, type Labels } from '../labels.ts';

const keptLines = 20;
/** Characters of each. */
const maxShown = 2000;

type Failed = Pick<ContainerDetail, 'id' | 'name' | 'labels'>;

/**
 * The error for a container that failed: the message, which may depend on the last lines of its log, these lines, and
 * the commands to run next.
 */
export async function failure(
  engine: Pick<EngineReader, 'logs'>,
  { id, name, labels }: Failed,
  message: string | ((lines: readonly string[]) => string),
): Promise<OperationFailed> {
  const logs = await lastLines(engine, id);
  return new OperationFailed(typeof message === 'string' ? message : message(logs), {
    code: 'INSTANCE_FAILED',
    container: name,
    logs,
    suggestions: nextSteps(labels),
  });
}

/** The error for a container that has ended, or has not started. */
export async function endedFailure(
  engine: Pick<EngineReader, 'logs'>,
  detail: ContainerDetail,
): Promise<OperationFailed> {
  return failure(engine, detail, (lines) => failedEntrypoint(lines, detail) ?? stateText(detail));
}

/** As the base image's first process reports it; it may have ended before a command could be run inside. */
function failedEntrypoint(lines: readonly string[], { name, labels }: ContainerDetail): string | undefined {
  if (labels[label.base] === undefined) return undefined;
  const reports = lines.flatMap(
    (line) => /^dockerops: entrypoint (?:.*\/)?([^/]+ ended with status \d+)/.exec(line)?.[1] ?? [],
  );
  const last = reports.at(-1);
  return last === undefined ? undefined : `${name}: entrypoint ${last}`;
}

function stateText({ name, state, exitCode, outOfMemory, error, restartCount }: ContainerDetail): string {
  const memory = outOfMemory ? ', killed for using too much memory' : '';
  const restarts = restartCount > 0 ? `, restarted ${times(restartCount)}` : '';
  const reason = error === '' ? '' : `: ${error}`;
  if (state === 'running') return `${name} has ended${memory}, and was restarted ${times(restartCount)}${reason}`;
  return `${name} is ${state}, exit code ${String(exitCode ?? 'unknown')}${memory}${restarts}${reason}`;
}

export function times(count: number): string {
  return count === 1 ? 'once' : `${String(count)} times`;
}

function nextSteps(labels: Labels): readonly string[] {
  if (labels[label.kind] !== 'instance') return [];
  const instance = instanceWords(labels);
  const steps = [`see its whole log: dockerops logs:${instance}`];
  if (labels[label.base] !== undefined)
    steps.push(
      'open a shell in it without its entrypoints: ' +
        `dockerops run:${instance},interactive=True,safemode=True,replace=True`,
    );
  return [...steps, ...againWhenMended(labels)];
}

/** For an instance, the commands that run it again. */
export function againWhenMended(labels: Labels): readonly string[] {
  if (labels[label.kind] !== 'instance') return [];
  const instance = instanceWords(labels);
  const again = `run it again when the cause is fixed: dockerops rerun:${instance}`;
  if (labels[label.sourceHash] === undefined) return [again];
  return [`when its folder is fixed, build and run it: dockerops run:${instance},build=True,replace=True`, again];
}

function instanceWords(labels: Labels): string {
  return `${labels[label.service] ?? ''},instance=${labels[label.instance] ?? ''}`;
}

async function lastLines(engine: Pick<EngineReader, 'logs'>, container: string): Promise<readonly string[]> {
  const lines: string[] = [];
  try {
    for await (const line of engine.logs(container, { tail: keptLines })) lines.push(line.text.slice(0, maxShown));
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
  }
  return lines;
}
