import { isOver, waiting, type Job, type Run } from './job.ts';
import { nextDue } from './schedule.ts';

export interface DueJob {
  readonly job: Job;
  readonly run: Run | undefined;
}

/**
 * What becomes of a schedule that is due: the job with its next time, and a new run. However often it was due while the
 * server was away, one run starts. With `concurrency: forbid` none starts beside one that is not over.
 */
export function whenDue({ job, run }: DueJob, now: number): { readonly job: Job; readonly run?: Run } {
  const { schedule, concurrency, name } = job.request;
  const { dueAt: _past, ...rest } = job;
  const dueAt = schedule === undefined || job.stoppedAt !== undefined ? undefined : nextDue(schedule, now);
  const next: Job = dueAt === undefined ? rest : { ...rest, dueAt };
  if (concurrency === 'forbid' && run !== undefined && !isOver(run)) return { job: next };
  const number = (run?.number ?? 0) + 1;
  const service = `${name}-${String(number)}`;
  return {
    job: next,
    run: { ...waiting, job: job.id, number, attempt: 1, createdAt: now, notBefore: now, service, isGone: false },
  };
}
