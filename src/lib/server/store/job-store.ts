import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { RegistryLogin } from '../../engine/connection/registry-credentials.ts';
import { waiting, type Job, type JobState, type JobTimes, type Run } from '../jobs/job.ts';
import { jobValues, runValues, toJob, toJobTimes, toRun, type Row, type Value } from './job-rows.ts';

type Values = Readonly<Record<string, Value>>;

export interface NewJob {
  readonly job: Job;
  readonly login?: RegistryLogin;
  /** Given again to whoever sends the same key. */
  readonly answer?: { readonly key: string; readonly text: string };
}

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
export interface JobStatusRow {
  readonly job: JobTimes;
  readonly run: Run | undefined;
}

/** How long a key of idempotency is remembered, in milliseconds. */
const answerMs = 86_400_000;

const runColumns =
  'runs.job, runs.number, runs.attempt, runs.created_at, runs.not_before, runs.service, runs.service_id, ' +
  'runs.unwanted, runs.is_gone, runs.progress';
const latest = '(SELECT max(number) FROM runs AS others WHERE others.job = jobs.id)';

/** Jobs and their runs. Every write is on the disk before it returns; throws what SQLite throws. */
export class JobStore {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #onChange: (id?: string) => void = () => {};

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Called after each change with the id of the job; without one, any job may have changed. */
  onChange(listener: (id?: string) => void): void {
    this.#onChange = listener;
  }

  /** Adds a job, and its first run unless it waits for a schedule. */
  add({ job, login, answer }: NewJob): void {
    this.#together(() => {
      const values = { ...jobValues(job), login: login === undefined ? null : JSON.stringify(login) };
      this.#insert('jobs', values);
      if (job.request.schedule === undefined) this.#insert('runs', runValues(firstRun(job)));
      if (answer !== undefined)
        this.#insert('answers', { key: answer.key, answer: answer.text, created_at: job.createdAt });
    });
  }

  findAnswer(key: string, now: number): string | undefined {
    const row = this.#get('SELECT answer FROM answers WHERE key = ? AND created_at > ?', key, now - answerMs);
    return row === undefined ? undefined : String(row['answer']);
  }

  find(id: string): JobWithRun | undefined {
    const job = this.#get('SELECT * FROM jobs WHERE id = ?', id);
    if (job === undefined) return undefined;
    const run = this.#get('SELECT * FROM runs WHERE job = ? ORDER BY number DESC LIMIT 1', id);
    return { job: toJob(job), run: run && toRun(run) };
  }

  /** What a status shows, without the request. */
  findStatus(id: string): JobStatusRow | undefined {
    const row = this.#get(
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
    return this.#all('SELECT * FROM runs WHERE job = ? ORDER BY number DESC LIMIT ?', id, limit).map(toRun);
  }

  /** Newest first, each with its latest run. */
  list({ state, name, limit }: JobQuery): readonly JobWithRun[] {
    const rows = this.#all(
      `SELECT jobs.*, ${runColumns.replaceAll('runs.created_at', 'runs.created_at AS run_created_at')} FROM jobs
       LEFT JOIN runs ON runs.job = jobs.id AND runs.number = ${latest}
       WHERE (?1 IS NULL OR coalesce(runs.progress ->> 'state', 'pending') = ?1) AND (?2 IS NULL OR name = ?2)
       ORDER BY jobs.created_at DESC, jobs.id LIMIT ?3`,
      state ?? null,
      name ?? null,
      limit,
    );
    return rows.map((row) => ({ job: toJob(row), run: row['job'] === null ? undefined : toRun(withRunTime(row)) }));
  }

  /** Whether a job that is not over, or whose service is still kept, has the name. */
  isNameTaken(name: string): boolean {
    const sql =
      'SELECT 1 FROM runs WHERE service = ?1 AND is_gone = 0 UNION ALL ' +
      'SELECT 1 FROM jobs WHERE name = ?1 AND due_at IS NOT NULL LIMIT 1';
    return this.#get(sql, name) !== undefined;
  }

  hasUnfinishedRun(id: string): boolean {
    return this.#get('SELECT 1 FROM runs WHERE is_over = 0 AND job = ? LIMIT 1', id) !== undefined;
  }

  /** Runs that are not over, and schedules. */
  countUnfinished(): number {
    const sql =
      'SELECT (SELECT count(*) FROM runs WHERE is_over = 0) + ' +
      '(SELECT count(*) FROM jobs WHERE due_at IS NOT NULL) AS count';
    return Number(this.#get(sql)?.['count'] ?? 0);
  }

  countByState(): readonly (readonly [state: string, count: number])[] {
    const rows = this.#all("SELECT progress ->> 'state' AS state, count(*) AS count FROM runs GROUP BY 1");
    return rows.map((row) => [String(row['state']), Number(row['count'])]);
  }

  /** Runs that are not over, and those whose service is to be removed, each with its job; oldest first. */
  openRuns(): readonly (readonly [Job, Run])[] {
    const rows = this.#all('SELECT * FROM runs WHERE is_over = 0 OR unwanted IS NOT NULL ORDER BY created_at, job');
    const jobs = new Map<string, Job>();
    return rows.map(toRun).flatMap((run) => {
      const job = jobs.get(run.job) ?? this.find(run.job)?.job;
      if (job === undefined) return [];
      jobs.set(run.job, job);
      return [[job, run] as const];
    });
  }

  /** Changes runs as they are at this moment, in one write; what `change` leaves as it was is not written. */
  change(runs: readonly Pick<Run, 'job' | 'number'>[], change: (run: Run, job: Job) => Run): readonly Run[] {
    const changed = runs.flatMap(({ job: id, number }) => {
      const row = this.#get('SELECT * FROM runs WHERE job = ? AND number = ?', id, number);
      const job = this.find(id)?.job;
      if (row === undefined || job === undefined) return [];
      const run = toRun(row);
      const next = change(run, job);
      return JSON.stringify(runValues(next)) === JSON.stringify(runValues(run)) ? [] : [next];
    });
    this.save(changed);
    return changed;
  }

  dueJobs(now: number): readonly Job[] {
    return this.#all('SELECT * FROM jobs WHERE due_at <= ?', now).map(toJob);
  }

  /** When the next schedule is due. */
  nextDue(): number | undefined {
    const due = this.#get('SELECT min(due_at) AS due FROM jobs WHERE due_at IS NOT NULL')?.['due'];
    return typeof due === 'number' ? due : undefined;
  }

  login(id: string): RegistryLogin | undefined {
    const login = this.#get('SELECT login FROM jobs WHERE id = ?', id)?.['login'];
    return typeof login === 'string' ? (JSON.parse(login) as RegistryLogin) : undefined;
  }

  /** Writes runs as they are now, new ones too, and jobs; all of them or none. Forgets logins that nothing needs. */
  save(runs: readonly Run[], jobs: readonly Job[] = []): void {
    if (runs.length === 0 && jobs.length === 0) return;
    const changed = new Set([...runs.map(({ job }) => job), ...jobs.map((job) => job.id)]);
    this.#together(() => {
      for (const { id, stoppedAt, dueAt } of jobs)
        this.#run('UPDATE jobs SET stopped_at = ?, due_at = ? WHERE id = ?', stoppedAt ?? null, dueAt ?? null, id);
      for (const run of runs) this.#replace(run);
      for (const id of changed) this.#forgetLogin(id);
    });
    for (const id of changed) this.#onChange(id);
  }

  /** What ended before a time: its services are unwanted then, and what has none any more is deleted. */
  expire(before: number, now: number): void {
    let deleted = 0;
    this.#together(() => {
      const old = 'finished_at IS NOT NULL AND finished_at <= ?';
      this.#run(`UPDATE runs SET unwanted = 'it was kept long enough' WHERE ${old} AND is_gone = 0`, before);
      deleted += this.#run(`DELETE FROM runs WHERE ${old} AND is_gone = 1`, before);
      deleted += this.#run(
        'DELETE FROM jobs WHERE due_at IS NULL AND coalesce(stopped_at, created_at) <= ? ' +
          'AND NOT EXISTS (SELECT 1 FROM runs WHERE runs.job = jobs.id)',
        before,
      );
      this.#run('DELETE FROM answers WHERE created_at <= ?', now - answerMs);
    });
    if (deleted > 0) this.#onChange();
  }

  /** When the next run has been kept long enough, if runs are kept for so long. */
  nextExpiry(keptMs: number): number | undefined {
    const sql = 'SELECT min(finished_at) AS first FROM runs WHERE finished_at IS NOT NULL';
    const first = this.#get(sql)?.['first'];
    return typeof first === 'number' ? first + keptMs : undefined;
  }

  /** A write that changes nothing: throws when nothing can be written. */
  probe(): void {
    this.#together(() => {
      this.#run('DELETE FROM answers WHERE created_at < 0');
    });
  }

  /** A login is for runs that the Swarm has not started yet, and for those that may come. */
  #forgetLogin(id: string): void {
    this.#run(
      `UPDATE jobs SET login = NULL WHERE id = ?1 AND login IS NOT NULL AND due_at IS NULL
       AND NOT EXISTS (SELECT 1 FROM runs WHERE job = ?1 AND is_over = 0 AND (
         progress ->> 'state' <> 'started' OR attempt <= (jobs.request ->> 'retries')))`,
      id,
    );
  }

  #together(work: () => void): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.#database.exec('COMMIT');
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  #insert(table: string, values: Values, more = ''): void {
    const names = Object.keys(values);
    const places = names.map(() => '?').join(', ');
    this.#run(`INSERT INTO ${table} (${names.join(', ')}) VALUES (${places}) ${more}`, ...Object.values(values));
  }

  #replace(run: Run): void {
    const values = runValues(run);
    const changes = Object.keys(values).map((name) => `${name} = excluded.${name}`);
    this.#insert('runs', values, `ON CONFLICT (job, number) DO UPDATE SET ${changes.join(', ')}`);
  }

  /** Returns how many rows have changed. */
  #run(sql: string, ...values: readonly Value[]): number {
    return Number(this.#prepared(sql).run(...values).changes);
  }

  #get(sql: string, ...values: readonly Value[]): Row | undefined {
    return this.#prepared(sql).get(...values);
  }

  #all(sql: string, ...values: readonly Value[]): readonly Row[] {
    return this.#prepared(sql).all(...values);
  }

  #prepared(sql: string): StatementSync {
    const known = this.#statements.get(sql) ?? this.#database.prepare(sql);
    this.#statements.set(sql, known);
    return known;
  }
}

/** The run that a job without a schedule begins with. */
function firstRun({ id, request, createdAt }: Job): Run {
  return {
    ...waiting,
    job: id,
    number: 1,
    attempt: 1,
    createdAt,
    notBefore: createdAt,
    service: request.name,
    isGone: false,
  };
}

function withRunTime(row: Row): Row {
  return { ...row, created_at: row['run_created_at'] };
}
