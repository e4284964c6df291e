import { stopped } from '../jobs/run-steps.ts';
import { maxUnfinished, type Job, type Run } from '../jobs/job.ts';
import type { Database, Writer } from './database.ts';
import { answerMs, JobQueries, type JobWithRun } from './job-queries.ts';
import { runValues } from './job-rows.ts';
import { expire, forgetLogin, insertJob, replaceRun, updateJob, type NewJob } from './job-writes.ts';

/** What became of a new job: it was added, its key was answered before, or there is no place for it. */
export type Added = 'added' | 'full' | 'name-taken' | { readonly answered: string };

type RunKey = Pick<Run, 'job' | 'number'>;
type Change = (run: Run, job: Job) => Run;

/** Jobs and their runs. What is written is kept by the time that the call resolves. */
export class JobStore extends JobQueries {
  readonly #database: Database;
  readonly #listeners: ((id?: string) => void)[] = [];

  constructor(database: Database) {
    super(database);
    this.#database = database;
    database.onOthersChange(() => this.#changed());
  }

  /** Called after each change with the id of the job; without one, any job may have changed. */
  onChange(listener: (id?: string) => void): void {
    this.#listeners.push(listener);
  }

  /** Called after other servers have changed something. */
  onOthersChange(listener: () => void): void {
    this.#database.onOthersChange(listener);
  }

  /** Adds a job, and its first run unless it waits for a schedule. */
  async add(added: NewJob): Promise<Added> {
    return this.#database.write((writer) => {
      const refusal = this.#refusalOf(added);
      if (refusal === undefined) insertJob(writer, added);
      return refusal ?? 'added';
    });
  }

  /** Stops a job and all its runs. Resolves with whether there is such a job. */
  async stop(id: string, now: number): Promise<boolean> {
    const changed = await this.#save((writer) => {
      const job = this.find(id)?.job;
      if (job === undefined) return [];
      const { dueAt: _due, ...rest } = job;
      updateJob(writer, { ...rest, stoppedAt: job.stoppedAt ?? now });
      for (const run of this.#changesOf(this.runsOf(id), (run) => stopped(run, now))) replaceRun(writer, run);
      return [id];
    });
    return changed.length > 0;
  }

  /** Changes runs as they are at this moment, in one write; what `change` leaves as it was is not written. */
  async change(runs: readonly RunKey[], change: Change): Promise<void> {
    if (this.#changesOf(runs, change).length === 0) return;
    await this.#save((writer) => {
      const changes = this.#changesOf(runs, change);
      for (const run of changes) replaceRun(writer, run);
      return changes.map(({ job }) => job);
    });
  }

  /** What becomes of a job whose schedule is due, decided on the job and its latest run as they are at this moment. */
  async startDue(id: string, decide: (found: JobWithRun) => { readonly job: Job; readonly run?: Run }): Promise<void> {
    await this.#save((writer) => {
      const found = this.find(id);
      if (found === undefined) return [];
      const { job, run } = decide(found);
      updateJob(writer, job);
      if (run !== undefined) replaceRun(writer, run);
      return [id];
    });
  }

  /** Writes runs, new ones too, and the times of jobs; all of them or none. */
  async save(runs: readonly Run[], jobs: readonly Job[] = []): Promise<void> {
    await this.#save((writer) => {
      for (const job of jobs) updateJob(writer, job);
      for (const run of runs) replaceRun(writer, run);
      return [...runs.map(({ job }) => job), ...jobs.map(({ id }) => id)];
    });
  }

  /** What ended before a time: its services are unwanted then, and what has none any more is deleted. */
  async expire(before: number, now: number): Promise<void> {
    const deleted = await this.#database.write((writer) => expire(writer, { before, answersBefore: now - answerMs }));
    if (deleted > 0) this.#changed();
  }

  #changed(id?: string): void {
    for (const listener of this.#listeners) listener(id);
  }

  #refusalOf({ job, answer }: NewJob): Exclude<Added, 'added'> | undefined {
    const answered = answer === undefined ? undefined : this.findAnswer(answer.key, job.createdAt);
    if (answered !== undefined) return { answered };
    if (this.countUnfinished() >= maxUnfinished) return 'full';
    return this.isNameTaken(job.request.name) ? 'name-taken' : undefined;
  }

  #changesOf(runs: readonly RunKey[], change: Change): readonly Run[] {
    return runs.flatMap(({ job: id, number }) => {
      const [job, run] = [this.find(id)?.job, this.findRun(id, number)];
      if (job === undefined || run === undefined) return [];
      const next = change(run, job);
      return JSON.stringify(runValues(next)) === JSON.stringify(runValues(run)) ? [] : [next];
    });
  }

  /** `work` returns the ids of the jobs that it has changed. */
  async #save(work: (writer: Writer) => readonly string[]): Promise<readonly string[]> {
    const { changed, hasForgotten } = await this.#database.write((writer) => {
      const ids = [...new Set(work(writer))];
      return { changed: ids, hasForgotten: ids.filter((id) => forgetLogin(writer, id)).length > 0 };
    });
    if (hasForgotten) this.#database.purge();
    for (const id of changed) this.#changed(id);
    return changed;
  }
}
