import { isOver, type Job, type Run } from './job.ts';

/** How soon a task of a Swarm is asked for again: the engine reports no events of tasks. */
const soonMs = 100;
const laterMs = 1000;
/** A task that has not started after so long waits for something. */
const patienceMs = 15_000;

/** When something of the runs may have changed, in milliseconds from now; undefined: not by itself. */
export function pauseFor(open: readonly (readonly [Job, Run])[], now: number): number | undefined {
  const pauses = open.flatMap(([job, run]) => pauseOf(job, run, now) ?? []);
  return pauses.length === 0 ? undefined : Math.max(0, Math.min(...pauses));
}

function pauseOf({ request }: Job, run: Run, now: number): number | undefined {
  if (run.unwanted !== undefined) return laterMs;
  if (isOver(run)) return undefined;
  if (run.serviceId === undefined) return Math.max(soonMs, run.notBefore - now);
  if (run.state !== 'started') return now - run.notBefore < patienceMs ? soonMs : laterMs;
  const limit = run.startedAt === undefined ? Infinity : run.startedAt + (request.timeoutSeconds ?? Infinity) * 1000;
  return Math.min(laterMs, Math.max(soonMs, limit - now));
}
