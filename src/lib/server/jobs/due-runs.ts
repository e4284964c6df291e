import { waiting, type Job, type Run } from './job.ts';
import { nextDue } from './schedule.ts';

export interface DueJob {
  readonly job: Job;
  /** The latest one. */
  readonly run: Run | undefined;
  /** Whether a job has the name, or a service that is kept. */
  readonly isNameTaken: (name: string) => boolean;
  /** Whether any of its runs is not over. */
  readonly isBeside: boolean;
  /** Whether there are fewer unfinished jobs than there may be. */
  readonly hasRoom: boolean;
}

/**
 * What becomes of a schedule that is due: the job with its next time, and a new run. However often it was due while the
 * server was away, one run starts. With `concurrency: forbid` none starts beside one that is not over;
 * with `allow` none does when there are too many.
 */
export function whenDue(due: DueJob, now: number): { readonly job: Job; readonly run?: Run } {
  const { job } = due;
  const { schedule, concurrency } = job.request;
  const { dueAt: _past, ...rest } = job;
  const dueAt = schedule === undefined || job.stoppedAt !== undefined ? undefined : nextDue(schedule, now);
  const next: Job = dueAt === undefined ? rest : { ...rest, dueAt };
  if (due.isBeside && (concurrency === 'forbid' || !due.hasRoom)) return { job: next };
  return {
    job: next,
    run: { ...waiting, job: job.id, ...nextName(due), attempt: 1, createdAt: now, notBefore: now, isGone: false },
  };
}

/** Leaves out numbers with which the service would have the name of another one. */
function nextName({ job, run, isNameTaken }: DueJob): Pick<Run, 'number' | 'service'> {
  const nameOf = (number: number): string => `${job.request.name}-${String(number)}`;
  let number = (run?.number ?? 0) + 1;
  while (isNameTaken(nameOf(number))) number += 1;
  return { number, service: nameOf(number) };
}
