import { randomBytes, randomInt } from 'node:crypto';
import { definedOnly } from '../../defined.ts';
import { engineLimitMs } from '../engine-access.ts';
import { HttpError } from '../http/http-error.ts';
import type { JobQuery, JobWithRun } from '../store/job-queries.ts';
import type { JobStore } from '../store/job-store.ts';
import { maxUnfinished, type Job, type Run } from './job.ts';
import { jobDocument, statusDocument } from './job-document.ts';
import type { LoggedRun } from './job-log.ts';
import { readRequest } from './job-request.ts';
import type { RunBody } from './run-schema.ts';
import { nextDue } from './schedule.ts';
import { KeptTexts } from '../http/kept-texts.ts';

export interface JobApiTools {
  readonly store: JobStore;
  readonly memoryMegabytes: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Rejects with an HttpError when no job can be run now; looks at the Swarm when that was not well before. */
  readonly requireSwarm: (limit: AbortSignal) => Promise<void>;
  /** Whether the Swarm has a service of this name. Rejects with an HttpError when it cannot be asked. */
  readonly hasService: (name: string, limit: AbortSignal) => Promise<boolean>;
  /** Something is to be done. */
  readonly wake: (reason: string) => void;
}

const maxKeyLength = 255;

/** What may be asked of jobs. A job is in the store before it is answered; the Swarm follows. */
export class JobApi {
  readonly #tools: JobApiTools;
  readonly #statuses = new KeptTexts();

  constructor(tools: JobApiTools) {
    this.#tools = tools;
    tools.store.onChange((id) => {
      this.#statuses.forget(id);
    });
  }

  /** The text of the answer: the same one for the same key. */
  async run(body: RunBody, key: string | undefined): Promise<string> {
    const { store, now, requireSwarm, wake, memoryMegabytes } = this.#tools;
    if (key !== undefined && (key === '' || key.length > maxKeyLength))
      throw new HttpError(400, 'Idempotency-Key missing or invalid: it has 1 to 255 characters');
    const read = readRequest(body, { memoryMegabytes, now: now(), makeName });
    if (typeof read === 'string') throw new HttpError(400, read);
    const { request, login, warnings } = read;
    const given = key === undefined ? undefined : store.findAnswer(key, now());
    if (given !== undefined) return given;
    const limit = AbortSignal.timeout(engineLimitMs);
    await requireSwarm(limit);
    if (body.name !== undefined && request.schedule === undefined) await this.#requireFreeName(body.name, limit);
    const job: Job = { id: makeId(), request, createdAt: now(), ...dueOf(request, now()) };
    const answer = { success: true, id: job.id, status: 'pending', ...(warnings.length === 0 ? {} : { warnings }) };
    const text = JSON.stringify(answer);
    const added = await store.add({
      job,
      ...definedOnly({ login, answer: key === undefined ? undefined : { key, text } }),
    });
    if (typeof added === 'object') return added.answered;
    if (added === 'full') throw tooMany();
    if (added === 'name-taken') throw nameTaken(request.name);
    wake('job');
    return text;
  }

  /** Also of a job that has ended: then its service goes, and its name is free. */
  async stop(id: string): Promise<object> {
    const { store, now, wake } = this.#tools;
    if (!(await store.stop(id, now()))) throw unknownJob();
    wake('stop');
    return { success: true, id, status: 'shutdown' };
  }

  /** The text of the answer. */
  status(id: string): string {
    return this.#statuses.get(id, () => {
      const found = this.#tools.store.findStatus(id);
      if (found === undefined) throw unknownJob();
      return JSON.stringify(statusDocument(found.job, found.run));
    });
  }

  *list(query: JobQuery): Generator<object> {
    for (const { job, run } of this.#tools.store.list(query)) yield jobDocument(job, run);
  }

  runs(id: string, limit: number): readonly Run[] {
    this.#find(id);
    return this.#tools.store.runsOf(id, limit);
  }

  /** The latest run of a job; undefined before the first one. */
  latestRun(id: string): Run | undefined {
    return this.#find(id).run;
  }

  /** A run as it is now, or the latest one, for its log. */
  loggedRun(id: string, number?: number): LoggedRun {
    const { store } = this.#tools;
    if (number !== undefined) return store.findRun(id, number);
    const { job, run } = store.find(id) ?? {};
    return run ?? (job?.dueAt === undefined ? undefined : 'awaited');
  }

  #find(id: string): JobWithRun {
    const found = this.#tools.store.find(id);
    if (found === undefined) throw unknownJob();
    return found;
  }

  async #requireFreeName(name: string, limit: AbortSignal): Promise<void> {
    if (!this.#tools.store.isNameTaken(name) && !(await this.#tools.hasService(name, limit))) return;
    throw nameTaken(name);
  }
}

function tooMany(): HttpError {
  const message = `there are ${String(maxUnfinished)} unfinished jobs`;
  return new HttpError(503, message, { headers: { 'retry-after': '10' } });
}

function unknownJob(): HttpError {
  return new HttpError(404, 'Service not found');
}

function nameTaken(name: string): HttpError {
  return new HttpError(409, `name ${name} is taken`);
}

function dueOf({ schedule }: Job['request'], now: number): Pick<Job, 'dueAt'> {
  return definedOnly({ dueAt: schedule === undefined ? undefined : nextDue(schedule, now) });
}

const alphabet = '0123456789abcdefghijklmnopqrstuvwxyz';
const idLength = 25;

/** In the form of the Swarm's own ids. */
function makeId(): string {
  return Array.from({ length: idLength }, () => alphabet[randomInt(alphabet.length)]).join('');
}

function makeName(): string {
  return `job-${randomBytes(4).toString('hex')}`;
}
