import type { ContainerDetail, EngineReader, EngineSessions, ExecResult } from '../engine/engine.ts';
import { EngineError, NotFound, OperationFailed } from '../errors.ts';
import { endedFailure, failure } from './failure.ts';

/** The program of the base images that waits until entrypoints are done and supervised programs run. */
const awaitReady = '/usr/local/lib/dockerops/await-ready';
/** Its exit codes, besides 0. */
const exitCodes = { failed: 1, limitOver: 3 } as const;
/** It reports a few lines; another program in its place may print without end. */
const maxOutput = 4000;
/** So that the program reports the end of its limit before the exec does. */
const extraSeconds = 10;

/** Waits, with one command in the container, for what a base image starts. Costs the engine nothing while it waits. */
export async function awaitPrograms(
  engine: EngineReader & EngineSessions,
  { id, name }: ContainerDetail,
  { limitSeconds, signal }: { readonly limitSeconds: number; readonly signal: AbortSignal },
): Promise<void> {
  const request = { command: [awaitReady, String(limitSeconds)], user: 'root', maxOutput };
  const result = await engine.exec(id, request, (limitSeconds + extraSeconds) * 1000, signal).catch(asEngineError);
  if (!(result instanceof EngineError) && result.exitCode === 0) return;
  const output = outputOf(result);
  const detail = await inspect(engine, id, name);
  // What the program reports is the cause; that the container has ended since is only its consequence.
  const isReported = output !== '' && !(result instanceof EngineError) && result.exitCode === exitCodes.failed;
  if (!isReported && detail.state !== 'running') throw await endedFailure(engine, detail);
  if (result instanceof EngineError) throw result;
  const late = result.exitCode === exitCodes.limitOver ? ` is not ready after ${String(limitSeconds)} s` : '';
  throw await failure(engine, detail, `${name}${late}: ${output}`);
}

function asEngineError(error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  throw error;
}

function outputOf(result: ExecResult | EngineError): string {
  return result instanceof EngineError ? '' : `${result.stdout}${result.stderr}`.trim();
}

async function inspect(engine: EngineReader, id: string, name: string): Promise<ContainerDetail> {
  return engine.inspectContainer(id).catch((cause: unknown) => {
    if (!(cause instanceof NotFound)) throw cause;
    throw new OperationFailed(`${name} was removed while it started`, { code: 'INSTANCE_GONE', cause });
  });
}
