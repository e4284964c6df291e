import type { RegistryLogin } from '../../engine/connection/registry-credentials.ts';
import { waiting, type Job, type Run } from '../jobs/job.ts';
import type { Writer } from './database.ts';
import { jobValues, runValues } from './job-rows.ts';

export interface NewJob {
  readonly job: Job;
  readonly login?: RegistryLogin;
  /** Given again to whoever sends the same key. */
  readonly answer?: { readonly key: string; readonly text: string };
}

export function insertJob(writer: Writer, { job, login, answer }: NewJob): void {
  writer.insert('jobs', { ...jobValues(job), login: login === undefined ? null : JSON.stringify(login) });
  if (job.request.schedule === undefined) writer.insert('runs', runValues(firstRun(job)));
  if (answer === undefined) return;
  // One of the same key is older than a day.
  const values = { key: answer.key, answer: answer.text, created_at: job.createdAt };
  writer.insert(
    'answers',
    values,
    'ON CONFLICT (key) DO UPDATE SET answer = excluded.answer, created_at = excluded.created_at',
  );
}

/** Of a job, only its times change. */
export function updateJob(writer: Writer, { id, stoppedAt, dueAt }: Job): void {
  writer.run('UPDATE jobs SET stopped_at = ?, due_at = ? WHERE id = ?', stoppedAt ?? null, dueAt ?? null, id);
}

export function replaceRun(writer: Writer, run: Run): void {
  const values = runValues(run);
  const changes = Object.keys(values).map((name) => `${name} = excluded.${name}`);
  writer.insert('runs', values, `ON CONFLICT (job, number) DO UPDATE SET ${changes.join(', ')}`);
}

/** A login is for runs that the Swarm has not started yet, and for those that may come. Returns whether it went. */
export function forgetLogin(writer: Writer, id: string): boolean {
  const count = writer.run(
    `UPDATE jobs SET login = NULL WHERE id = ?1 AND login IS NOT NULL AND due_at IS NULL
     AND NOT EXISTS (SELECT 1 FROM runs WHERE job = ?1 AND is_over = 0 AND (
       progress ->> 'state' <> 'started' OR attempt <= (jobs.request ->> 'retries')))`,
    id,
  );
  return count > 0;
}

/** Returns how many rows it has deleted of runs and jobs. */
export function expire(
  writer: Writer,
  { before, answersBefore }: { readonly before: number; readonly answersBefore: number },
): number {
  const old = 'finished_at IS NOT NULL AND finished_at <= ?';
  writer.run(`UPDATE runs SET unwanted = 'it was kept long enough' WHERE ${old} AND is_gone = 0`, before);
  const runs = writer.run(`DELETE FROM runs WHERE ${old} AND is_gone = 1`, before);
  const jobs = writer.run(
    'DELETE FROM jobs WHERE due_at IS NULL AND coalesce(stopped_at, created_at) <= ? ' +
      'AND NOT EXISTS (SELECT 1 FROM runs WHERE runs.job = jobs.id)',
    before,
  );
  writer.run('DELETE FROM answers WHERE created_at <= ?', answersBefore);
  return runs + jobs;
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
