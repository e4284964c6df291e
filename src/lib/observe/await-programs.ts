import type { ContainerDetail, EngineReader, EngineSessions, ExecResult } from '../engine/engine.ts';
import { EngineError, NotFound, OperationFailed } from '../errors.ts';
import { sleep } from '../interrupt.ts';
import { endedFailure, failure } from './failure.ts';

/** The program of the base images that waits until entrypoints are done and supervised programs run. */
const awaitReady = '/usr/local/lib/dockerops/await-ready';
/** Its exit codes, besides 0. */
const exitCodes = { failed: 1, limitOver: 3 } as const;
const defaultLimitSeconds = 60;
/** It reports a few lines; another program in its place may print without end. */
const maxOutput = 4000;
/** So that the program reports the end of its limit before the exec does. */
const extraSeconds = 10;
/** An engine ends a command inside a container before it reports that the container has ended. */
const endLimitMs = 2000;
const pollMs = 100;

/** Waits, with one command in the container, for what a base image starts. Costs the engine nothing while it waits. */
export async function awaitPrograms(
  engine: EngineReader & EngineSessions,
  first: ContainerDetail,
  {
    limitSeconds = defaultLimitSeconds,
    signal,
  }: { readonly limitSeconds: number | undefined; readonly signal: AbortSignal },
): Promise<void> {
  const { id, name } = first;
  const request = { command: [awaitReady, String(limitSeconds)], user: 'root', maxOutput };
  const result = await engine.exec(id, request, (limitSeconds + extraSeconds) * 1000, signal).catch(asEngineError);
  if (!(result instanceof EngineError) && result.exitCode === 0) return;
  const report = reportOf(result);
  // What the program reports is the cause; that the container has ended since is only its consequence.
  const detail = await (report === undefined ? inspectEnded(engine, first, signal) : inspect(engine, id, name));
  if (report === undefined && hasEnded(detail, first)) throw await endedFailure(engine, detail);
  if (result instanceof EngineError) throw result;
  const late = result.exitCode === exitCodes.limitOver ? ` is not ready after ${String(limitSeconds)} s` : '';
  throw await failure(engine, detail, `${name}${late}: ${report ?? interruptedText(result)}`);
}

function asEngineError(error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  throw error;
}

/** What the program reported; undefined when it was ended by something else. */
function reportOf(result: ExecResult | EngineError): string | undefined {
  if (result instanceof EngineError) return undefined;
  const output = `${result.stdout}${result.stderr}`.trim();
  const isReport = result.exitCode === exitCodes.failed || result.exitCode === exitCodes.limitOver;
  return isReport && output !== '' ? output : undefined;
}

function interruptedText({ exitCode, stdout, stderr }: ExecResult): string {
  const output = `${stdout}${stderr}`.trim();
  const printed = output === '' ? 'without output' : `and printed: ${output}`;
  return `its readiness could not be checked: ${awaitReady} ended with exit code ${String(exitCode)} ${printed}`;
}

/** As it is when it has ended, or when it still runs after a while. */
async function inspectEnded(
  engine: EngineReader,
  first: ContainerDetail,
  signal: AbortSignal,
): Promise<ContainerDetail> {
  const end = performance.now() + endLimitMs;
  for (;;) {
    const detail = await inspect(engine, first.id, first.name);
    if (hasEnded(detail, first) || performance.now() > end) return detail;
    await sleep(pollMs, signal);
  }
}

function hasEnded({ state, restartCount }: ContainerDetail, first: ContainerDetail): boolean {
  return state !== 'running' || restartCount > first.restartCount;
}

async function inspect(engine: EngineReader, id: string, name: string): Promise<ContainerDetail> {
  return engine.inspectContainer(id).catch((cause: unknown) => {
    if (!(cause instanceof NotFound)) throw cause;
    throw new OperationFailed(`${name} was removed while it started`, { code: 'INSTANCE_GONE', cause });
  });
}
