import type { ContainerRow } from '../engine/engine.ts';
import { OperationFailed } from '../errors.ts';
import { failure, times } from '../observe/failure.ts';
import type { OperationOf } from '../plan/operation.ts';
import type { ApplyContext } from './context.ts';
import type { Step } from './step.ts';

/**
 * Fails with the last lines of a container that has ended or restarted since it started. One list call for all of them.
 */
export async function checkRunning(
  { containers }: OperationOf<'check-running'>,
  { context, results }: Step,
): Promise<void> {
  const rows = new Map((await context.engine.listContainers({ all: true })).map((row) => [row.id, row]));
  await Promise.all(containers.map((name) => checkOne(name, rows.get(results.containerId(name)), context)));
}

async function checkOne(name: string, row: ContainerRow | undefined, { engine }: ApplyContext): Promise<void> {
  if (row === undefined)
    throw new OperationFailed(`${name} was removed while it started`, { code: 'INSTANCE_GONE', container: name });
  const end = row.state === 'running' ? await endOf(row, engine) : row.status;
  if (end !== undefined) throw await failure(engine, row, `${name} did not stay up: ${end}`);
}

/**
 * Without a healthcheck, only inspecting shows a restart, or an end a moment ago: the list may still show that as
 * running.
 */
async function endOf({ id, health }: ContainerRow, engine: ApplyContext['engine']): Promise<string | undefined> {
  if (health !== 'none') return undefined;
  const { restartCount, exitCode } = await engine.inspectContainer(id);
  if (restartCount > 0) return `it was restarted ${times(restartCount)}`;
  return exitCode === undefined ? undefined : `exit code ${String(exitCode)}`;
}
