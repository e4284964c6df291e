import type { ContainerDetail, EngineReader, Probe } from '../engine/engine.ts';
import { sleep } from '../interrupt.ts';
import { endedFailure, failure } from './failure.ts';

const pollMs = 200;
const defaultLimitSeconds = 60;
/** Docker's. */
const defaultIntervalSeconds = 30;

/**
 * Waits until the healthcheck reports healthy. Rejects when it reports unhealthy, the container ends, or the limit is
 * over; the default one begins when the first probe after the start period is due.
 */
export async function awaitHealthy(
  engine: EngineReader,
  first: ContainerDetail,
  {
    limitSeconds = defaultLimit(first),
    signal,
  }: { readonly limitSeconds: number | undefined; readonly signal: AbortSignal },
): Promise<void> {
  const end = performance.now() + limitSeconds * 1000;
  for (let detail = first; ; detail = await engine.inspectContainer(first.id)) {
    const { name, state, health, lastProbe } = detail;
    if (state !== 'running') throw await endedFailure(engine, detail);
    if (health === 'healthy') return;
    if (health === 'unhealthy') throw await failure(engine, detail, `${name} is unhealthy: ${probeText(lastProbe)}`);
    if (performance.now() > end) {
      const late = `${name} is not healthy after ${String(limitSeconds)} s`;
      throw await failure(engine, detail, `${late}: ${probeText(lastProbe)}`);
    }
    await sleep(pollMs, signal);
  }
}

/** Seconds. */
export function defaultLimit({
  healthStartSeconds = 0,
  healthIntervalSeconds = defaultIntervalSeconds,
}: ContainerDetail): number {
  return healthStartSeconds + healthIntervalSeconds + defaultLimitSeconds;
}

export function probeText(probe: Probe | undefined): string {
  if (probe === undefined) return 'no probe of its healthcheck has ended yet';
  return probe.output.trim() || `its healthcheck ended with exit code ${String(probe.exitCode)} and printed nothing`;
}
