import type { ContainerDetail, EngineReader } from '../engine/engine.ts';
import { sleep } from '../interrupt.ts';
import { endedFailure, failure } from './failure.ts';

const pollMs = 200;

/**
 * Waits until the healthcheck reports healthy. Rejects when it reports unhealthy, the container ends, or the limit is
 * over.
 */
export async function awaitHealthy(
  engine: EngineReader,
  first: ContainerDetail,
  { limitSeconds, signal }: { readonly limitSeconds: number; readonly signal: AbortSignal },
): Promise<void> {
  const end = performance.now() + limitSeconds * 1000;
  for (let detail = first; ; detail = await engine.inspectContainer(first.id)) {
    const { name, state, health, lastProbe } = detail;
    if (state !== 'running') throw await endedFailure(engine, detail);
    if (health === 'healthy') return;
    const output = lastProbe.trim();
    if (health === 'unhealthy')
      throw await failure(engine, detail, `${name} is unhealthy: ${output || 'its healthcheck printed nothing'}`);
    if (performance.now() > end) {
      const late = `${name} is not healthy after ${String(limitSeconds)} s`;
      throw await failure(engine, detail, `${late}: ${output || 'its healthcheck has not ended yet'}`);
    }
    await sleep(pollMs, signal);
  }
}
