import type { ContainerRow } from '../engine/engine.ts';
import { definedOnly } from '../defined.ts';
import { firstSuggestions, namedLogs, OperationFailed } from '../errors.ts';
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
  const checks = containers.map((name) => checkOne(name, rows.get(results.containerId(name)), context));
  const failures = (await Promise.allSettled(checks)).flatMap((check) =>
    check.status === 'rejected' ? [check.reason as unknown] : [],
  );
  const failed = failures.filter((error) => error instanceof OperationFailed);
  if (failed.length > 1) throw severalFailed(failed);
  if (failures.length > 0) throw failures[0];
}

function severalFailed(failed: readonly OperationFailed[]): OperationFailed {
  const problems = failed.map(({ container, message }) => definedOnly({ where: container, message }));
  return new OperationFailed(`${String(failed.length)} instances did not stay up`, {
    code: 'INSTANCES_FAILED',
    problems,
    logs: namedLogs(failed),
    suggestions: firstSuggestions(failed),
  });
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
