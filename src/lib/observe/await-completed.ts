import type { ContainerDetail, EngineReader } from '../engine/engine.ts';
import { sleep } from '../interrupt.ts';
import { hasSucceeded } from '../model/completed.ts';
import { endedFailure, failure } from './failure.ts';

const pollMs = 200;
const defaultLimitSeconds = 600;

/** Waits until a container has ended with exit code 0. Rejects on another one, or when the limit is over. */
export async function awaitCompleted(
  engine: EngineReader,
  first: ContainerDetail,
  {
    limitSeconds = defaultLimitSeconds,
    signal,
  }: { readonly limitSeconds: number | undefined; readonly signal: AbortSignal },
): Promise<void> {
  const end = performance.now() + limitSeconds * 1000;
  for (let detail = first; ; detail = await engine.inspectContainer(first.id)) {
    if (hasSucceeded(detail)) return;
    if (detail.state !== 'running' && detail.state !== 'created') throw await endedFailure(engine, detail);
    if (performance.now() > end)
      throw await failure(engine, detail, `${detail.name} has not completed after ${String(limitSeconds)} s`);
    await sleep(pollMs, signal);
  }
}
