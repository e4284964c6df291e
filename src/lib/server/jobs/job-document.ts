import { definedOnly } from '../../defined.ts';
import type { Job, JobTimes, Run } from './job.ts';

type Json = Readonly<Record<string, unknown>>;

/** The answer to `GET /status/:id`: how the latest run is doing. */
export function statusDocument(job: JobTimes, run: Run | undefined): Json {
  return { success: true, id: job.id, ...progressDocument(job, run), ...timesDocument(job, run) };
}

/** A job in a list. Values of variables with secret names are in none. */
export function jobDocument(job: Job, run: Run | undefined): Json {
  const { name, image, command, schedule } = job.request;
  return {
    id: job.id,
    name,
    image,
    command,
    ...progressDocument(job, run),
    ...timesDocument(job, run),
    ...(schedule === undefined ? {} : { schedule: schedule.pattern, timezone: schedule.timezone }),
  };
}

export function runDocument(run: Run): Json {
  const { number, attempt, status, state, error, exitCode, node, createdAt, startedAt, finishedAt } = run;
  return {
    number,
    attempt,
    status,
    state,
    ...definedOnly({ exitCode, error, node }),
    createdAt: isoTime(createdAt),
    ...definedOnly({ startedAt: optionalTime(startedAt), finishedAt: optionalTime(finishedAt) }),
  };
}

function progressDocument(job: JobTimes, run: Run | undefined): Json {
  if (job.stoppedAt !== undefined && run === undefined) return { status: 'shutdown', state: 'shutdown' };
  if (run === undefined) return { status: 'pending', state: 'pending', error: 'its schedule has not been due yet' };
  const { status, state, exitCode, error, node } = run;
  return { status, state, ...definedOnly({ exitCode, error, node }) };
}

function timesDocument(job: JobTimes, run: Run | undefined): Json {
  return {
    createdAt: isoTime(job.createdAt),
    ...definedOnly({
      startedAt: optionalTime(run?.startedAt),
      finishedAt: optionalTime(run?.finishedAt),
      nextRunAt: job.stoppedAt === undefined ? optionalTime(job.dueAt) : undefined,
    }),
  };
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

function optionalTime(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : isoTime(ms);
}
