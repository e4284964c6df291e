import { definedOnly } from '../../defined.ts';
import { isOver, type Job, type JobRequest, type JobTimes, type Progress, type Run } from '../jobs/job.ts';
import type { Row, Value } from './database.ts';

export function toJob(row: Row): Job {
  return { ...toJobTimes(row), request: JSON.parse(String(row['request'])) as JobRequest };
}

export function toJobTimes(row: Row): JobTimes {
  return {
    id: String(row['id']),
    createdAt: Number(row['created_at']),
    ...definedOnly({ stoppedAt: numberOf(row['stopped_at']), dueAt: numberOf(row['due_at']) }),
  };
}

export function jobValues({ id, request, createdAt, stoppedAt, dueAt }: Job): Record<string, Value> {
  return {
    id,
    name: request.name,
    request: JSON.stringify(request),
    created_at: createdAt,
    stopped_at: stoppedAt ?? null,
    due_at: dueAt ?? null,
  };
}

export function toRun(row: Row): Run {
  return {
    job: String(row['job']),
    number: Number(row['number']),
    attempt: Number(row['attempt']),
    createdAt: Number(row['created_at']),
    notBefore: Number(row['not_before']),
    service: String(row['service']),
    isGone: row['is_gone'] === 1,
    ...(JSON.parse(String(row['progress'])) as Progress),
    ...definedOnly({ serviceId: textOf(row['service_id']), unwanted: textOf(row['unwanted']) }),
  };
}

export function runValues(run: Run): Record<string, Value> {
  const { job, number, attempt, createdAt, notBefore, service, serviceId, unwanted, isGone, ...progress } = run;
  return {
    job,
    number,
    attempt,
    created_at: createdAt,
    not_before: notBefore,
    service,
    service_id: serviceId ?? null,
    unwanted: unwanted ?? null,
    is_gone: isGone ? 1 : 0,
    is_over: isOver(run) ? 1 : 0,
    finished_at: isOver(run) ? (run.finishedAt ?? createdAt) : null,
    progress: JSON.stringify(progress),
  };
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
