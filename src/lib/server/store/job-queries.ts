import type { RegistryLogin } from '../../engine/connection/registry-credentials.ts';
import type { Job, JobState, JobTimes, Run } from '../jobs/job.ts';
import type { Reader } from './database.ts';
import { toJob, toJobTimes, toRun } from './job-rows.ts';

/** A job with its latest run; without one, its schedule has not been due yet. */
export interface JobWithRun {
  readonly job: Job;
  readonly run: Run | undefined;
}

export interface JobQuery {
  readonly state?: JobState;
  readonly name?: string;
  readonly limit: number;
}

/** The times of a job with its latest run. */
interface JobStatusRow {
  readonly job: JobTimes;
  readonly run: Run | undefined;
}

/** How long a key of idempotency is remembered, in milliseconds. */
export const answerMs = 86_400_000;

const runColumns =
  'runs.job, runs.number, runs.attempt, runs.created_at, runs.not_before, runs.service, runs.service_id, ' +
  'runs.unwanted, runs.is_gone, runs.progress';
const latest = '(SELECT max(number) FROM runs AS others WHERE others.job = jobs.id)';

/** What can be read of jobs and their runs. */
export class JobQueries {
  protected readonly reader: Reader;

  constructor(reader: Reader) {
    this.reader = reader;
  }

  findAnswer(key: string, now: number): string | undefined {
    const row = this.reader.get('SELECT answer FROM answers WHERE key = ? AND created_at > ?', key, now - answerMs);
    return row === undefined ? undefined : String(row['answer']);
  }

  find(id: string): JobWithRun | undefined {
    const job = this.reader.get('SELECT * FROM jobs WHERE id = ?', id);
    if (job === undefined) return undefined;
    const run = this.reader.get('SELECT * FROM runs WHERE job = ? ORDER BY number DESC LIMIT 1', id);
    return { job: toJob(job), run: run && toRun(run) };
  }

  findRun(id: string, number: number): Run | undefined {
    const row = this.reader.get('SELECT * FROM runs WHERE job = ? AND number = ?', id, number);
    return row && toRun(row);
  }

  /** What a status shows, without the request. */
  findStatus(id: string): JobStatusRow | undefined {
    const row = this.reader.get(
      `SELECT jobs.created_at AS job_created_at, stopped_at, due_at, ${runColumns} FROM jobs
       LEFT JOIN runs ON runs.job = jobs.id AND runs.number = ${latest} WHERE jobs.id = ?`,
      id,
    );
    if (row === undefined) return undefined;
    const times = toJobTimes({ ...row, id, created_at: row['job_created_at'] });
    return { job: times, run: row['job'] === null ? undefined : toRun(row) };
  }

  /** Newest first; all of them without a limit. */
  runsOf(id: string, limit = -1): readonly Run[] {
    return this.reader.all('SELECT * FROM runs WHERE job = ? ORDER BY number DESC LIMIT ?', id, limit).map(toRun);
  }

  /** Newest first, each with its latest run; each is read when it is asked for. */
  *list({ state, name, limit }: JobQuery): Generator<JobWithRun> {
    const rows = this.reader.all(
      `SELECT jobs.id FROM jobs
       LEFT JOIN runs ON runs.job = jobs.id AND runs.number = ${latest}
       WHERE (?1 IS NULL OR coalesce(runs.progress ->> 'state', 'pending') = ?1) AND (?2 IS NULL OR name = ?2)
       ORDER BY jobs.created_at DESC, jobs.id LIMIT ?3`,
      state ?? null,
      name ?? null,
      limit,
    );
    for (const { id } of rows) {
      const found = this.find(String(id));
      if (found !== undefined) yield found;
    }
  }

  /** Whether a job that is not over, or whose service is still kept, has the name. */
  isNameTaken(name: string): boolean {
    const sql =
      'SELECT 1 FROM runs WHERE service = ?1 AND is_gone = 0 UNION ALL ' +
      'SELECT 1 FROM jobs WHERE name = ?1 AND due_at IS NOT NULL LIMIT 1';
    return this.reader.get(sql, name) !== undefined;
  }

  hasUnfinishedRun(id: string): boolean {
    return this.reader.get('SELECT 1 FROM runs WHERE is_over = 0 AND job = ? LIMIT 1', id) !== undefined;
  }

  /** Runs that are not over, and schedules. */
  countUnfinished(): number {
    const sql =
      'SELECT (SELECT count(*) FROM runs WHERE is_over = 0) + ' +
      '(SELECT count(*) FROM jobs WHERE due_at IS NOT NULL) AS count';
    return Number(this.reader.get(sql)?.['count'] ?? 0);
  }

  countByState(): readonly (readonly [state: string, count: number])[] {
    const rows = this.reader.all("SELECT progress ->> 'state' AS state, count(*) AS count FROM runs GROUP BY 1");
    return rows.map((row) => [String(row['state']), Number(row['count'])]);
  }

  /** Runs that are not over, and those whose service is to be removed, each with its job; oldest first. */
  openRuns(): readonly (readonly [Job, Run])[] {
    const rows = this.reader.all(
      'SELECT * FROM runs WHERE is_over = 0 OR unwanted IS NOT NULL ORDER BY created_at, job',
    );
    const jobs = new Map<string, Job>();
    return rows.map(toRun).flatMap((run) => {
      const job = jobs.get(run.job) ?? this.find(run.job)?.job;
      if (job === undefined) return [];
      jobs.set(run.job, job);
      return [[job, run] as const];
    });
  }

  dueJobs(now: number): readonly Job[] {
    return this.reader.all('SELECT * FROM jobs WHERE due_at <= ?', now).map(toJob);
  }

  /** When the next schedule is due. */
  nextDue(): number | undefined {
    const due = this.reader.get('SELECT min(due_at) AS due FROM jobs WHERE due_at IS NOT NULL')?.['due'];
    return typeof due === 'number' ? due : undefined;
  }

  login(id: string): RegistryLogin | undefined {
    const login = this.reader.get('SELECT login FROM jobs WHERE id = ?', id)?.['login'];
    return typeof login === 'string' ? (JSON.parse(login) as RegistryLogin) : undefined;
  }

  /** When the next run has been kept long enough, if runs are kept for so long. */
  nextExpiry(keptMs: number): number | undefined {
    const sql = 'SELECT min(finished_at) AS first FROM runs WHERE finished_at IS NOT NULL';
    const first = this.reader.get(sql)?.['first'];
    return typeof first === 'number' ? first + keptMs : undefined;
  }
}
