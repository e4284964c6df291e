import { isOver, type Job, type Progress, type Run } from './job.ts';
import { nextAttempt } from './next-attempt.ts';
import type { TaskFound } from './observe-runs.ts';
import { progressOf, type TaskContext } from './task-progress.ts';

/** The run after what was observed of its task: over, tried again, or as before with another progress. */
export function stepRun(job: Job, run: Run, task: TaskFound | undefined, context: StepContext): Run {
  if (isOver(run) || run.serviceId === undefined || run.unwanted !== undefined || task === undefined) return run;
  const observed = observedRun(run, task, context);
  const limited = isOver(observed) ? observed : withinTime(job, observed, context.now);
  return nextAttempt(job, limited, context.now) ?? limited;
}

export interface StepContext extends TaskContext {
  /** Milliseconds since 1970. */
  readonly now: number;
}

function observedRun(run: Run, task: TaskFound, context: StepContext): Run {
  if (task === 'starting') return run;
  if (task !== 'gone') return withProgress(run, progressOf(run, task, context));
  const { serviceId: _gone, ...rest } = run;
  return { ...failed(rest, 'its Swarm service was removed before it had ended', context.now), isGone: true };
}

/** A run that takes too long is over; the removal of its service sends SIGINT. */
function withinTime({ request }: Job, run: Run, now: number): Run {
  const { timeoutSeconds } = request;
  if (timeoutSeconds === undefined || run.startedAt === undefined || now < run.startedAt + timeoutSeconds * 1000)
    return run;
  return { ...failed(run, `it took longer than ${String(timeoutSeconds)} s`, now), unwanted: 'it took too long' };
}

/** Its service cannot be created, or it is over without it. */
export function failed(run: Run, error: string, now: number): Run {
  return withProgress(run, { status: 'failed', state: 'failed', error, finishedAt: now, ...whereItWas(run) });
}

/** Somebody stopped the job: what is not over is over now, and its service goes. */
export function stopped(run: Run, now: number): Run {
  const over: Run = isOver(run)
    ? run
    : withProgress(run, { status: 'shutdown', state: 'shutdown', finishedAt: now, ...whereItWas(run) });
  return run.isGone ? over : { ...over, unwanted: 'the job was stopped' };
}

/** The Swarm has no service of the run any more. */
export function withoutService(run: Run): Run {
  const { serviceId: _id, unwanted: _cause, ...rest } = run;
  return { ...rest, isGone: isOver(run) };
}

function whereItWas({ node, startedAt }: Run): Pick<Run, 'node' | 'startedAt'> {
  return { ...(node === undefined ? {} : { node }), ...(startedAt === undefined ? {} : { startedAt }) };
}

function withProgress(run: Run, progress: Progress): Run {
  const { job, number, attempt, createdAt, notBefore, service, serviceId, unwanted, isGone } = run;
  return {
    ...progress,
    job,
    number,
    attempt,
    createdAt,
    notBefore,
    service,
    isGone,
    ...(serviceId === undefined ? {} : { serviceId }),
    ...(unwanted === undefined ? {} : { unwanted }),
  };
}
