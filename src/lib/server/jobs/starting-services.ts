import { isOver, type Run } from './job.ts';

/** A worker's engine that has to start many containers at once does not finish any of them (seen with 150 on 20.10). */
const maxStarting = 16;
/** A task that takes longer waits for a slow pull, which keeps no engine busy, in milliseconds. */
const patienceMs = 30_000;

/** Services that were created a moment ago and have not started yet: how many more may be. */
export class StartingServices {
  readonly #since = new Map<string, number>();

  add({ service }: Run, now: number): void {
    this.#since.set(service, now);
  }

  /** `open`: all runs that are not over. */
  room(open: readonly Run[], now: number): number {
    const starting = open.filter((run) => isStarting(run) && now - (this.#since.get(run.service) ?? 0) < patienceMs);
    const kept = new Set(starting.map(({ service }) => service));
    for (const service of this.#since.keys()) if (!kept.has(service)) this.#since.delete(service);
    return Math.max(0, maxStarting - starting.length);
  }
}

/** One that waits for a node says why. */
function isStarting(run: Run): boolean {
  const waitsForNode = run.state === 'pending' && run.error !== undefined;
  return !isOver(run) && run.serviceId !== undefined && run.state !== 'started' && !waitsForNode;
}
