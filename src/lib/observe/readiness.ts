import type { ContainerDetail, EngineReader, EngineSessions } from '../engine/engine.ts';
import { Interrupted } from '../errors.ts';
import { sleep } from '../interrupt.ts';
import { label } from '../labels.ts';
import { awaitCompleted } from './await-completed.ts';
import { awaitHealthy } from './await-healthy.ts';
import { awaitPrograms } from './await-programs.ts';
import { endedFailure } from './failure.ts';

const baseHealthTest = '/usr/local/lib/dockerops/health';
const pollMs = 200;
/** How long an engine may take to restart what has died: its delay is 0.1 s at first and doubles each time. */
const restartLimitMs = 5000;

export interface ReadinessOptions {
  /** Undefined: the default of what is waited for. */
  readonly limitSeconds: number | undefined;
  /**
   * The container ran before this command, so the engine may be restarting it. One that was just started must not end
   * at all.
   */
  readonly wasRunning: boolean;
  /** Ready is when it has ended with exit code 0. */
  readonly until?: 'completed' | undefined;
  /** How long one without any healthcheck must have run. */
  readonly steadySeconds?: number | undefined;
  readonly signal: AbortSignal;
}

/**
 * The one rule for "ready". A job: it has ended with exit code 0. With a healthcheck of its own: it reports healthy.
 * Else, on a base image: all entrypoints are done and all supervised programs run. Else: the container runs, and has
 * for `steadySeconds`. Rejects with OperationFailed, with the last lines of the log and what to look at next.
 */
export async function awaitReady(
  engine: EngineReader & EngineSessions,
  container: string,
  options: ReadinessOptions,
): Promise<void> {
  if (options.until === 'completed') return awaitCompleted(engine, await engine.inspectContainer(container), options);
  if (!options.wasRunning) return awaitFrom(await engine.inspectContainer(container), engine, options);
  const first = await awaitRestart(engine, container, options.signal);
  try {
    await awaitFrom(first, engine, options);
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    // It may have been about to end when it was inspected first.
    const second = await awaitRestart(engine, container, options.signal);
    if (second.restartCount === first.restartCount) throw error;
    await awaitFrom(second, engine, options);
  }
}

async function awaitFrom(
  detail: ContainerDetail,
  engine: EngineReader & EngineSessions,
  options: ReadinessOptions,
): Promise<void> {
  if (detail.state !== 'running') throw await endedFailure(engine, detail);
  if (hasOwnHealthcheck(detail)) return awaitHealthy(engine, detail, options);
  if (detail.labels[label.base] !== undefined) return awaitPrograms(engine, detail, options);
  if (options.steadySeconds !== undefined) await awaitSteady(detail, engine, options.steadySeconds, options.signal);
}

async function awaitSteady(
  { id, restartCount }: ContainerDetail,
  engine: EngineReader,
  seconds: number,
  signal: AbortSignal,
): Promise<void> {
  await sleep(seconds * 1000, signal);
  const detail = await engine.inspectContainer(id);
  if (detail.state !== 'running' || detail.restartCount > restartCount) throw await endedFailure(engine, detail);
}

function hasOwnHealthcheck({ healthTest }: ContainerDetail): boolean {
  return healthTest.length > 0 && healthTest[0] !== 'NONE' && !healthTest.includes(baseHealthTest);
}

/** The container as it is when the engine is not just restarting it. */
async function awaitRestart(engine: EngineReader, container: string, signal: AbortSignal): Promise<ContainerDetail> {
  const end = performance.now() + restartLimitMs;
  for (;;) {
    const detail = await engine.inspectContainer(container);
    if (detail.state !== 'restarting' || performance.now() > end) return detail;
    await sleep(pollMs, signal);
  }
}
