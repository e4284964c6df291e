import type { IncomingMessage } from 'node:http';
import { definedOnly } from '../../defined.ts';
import { UserError } from '../../errors.ts';
import { ServerClient } from './server-client.ts';

/** A job as the API has it. */
export interface JobAnswer {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly command: string;
  readonly status: string;
  readonly state: string;
  readonly error?: string;
  readonly exitCode?: number;
  readonly node?: string;
  readonly createdAt: string;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  readonly nextRunAt?: string;
  readonly schedule?: string;
}

export interface RunAnswer {
  readonly id: string;
  readonly warnings?: readonly string[];
}

type Status = Omit<JobAnswer, 'name' | 'image' | 'command'>;
const idForm = /^[0-9a-z]{25}$/;

/** Jobs of a server. */
export class JobsClient extends ServerClient {
  async list(state?: string): Promise<readonly JobAnswer[]> {
    const query = state === undefined ? '' : `?state=${encodeURIComponent(state)}`;
    return (await this.json('GET', `/jobs${query}`)) as readonly JobAnswer[];
  }

  /** The id of a job that is named by its id or, as the latest of them, by its name. */
  async find(idOrName: string): Promise<string> {
    if (idForm.test(idOrName)) return idOrName;
    const query = `?limit=1&name=${encodeURIComponent(idOrName)}`;
    const [job] = (await this.json('GET', `/jobs${query}`)) as readonly JobAnswer[];
    if (job === undefined)
      throw new UserError(`there is no job ${idOrName}`, { code: 'UNKNOWN_JOB', suggestions: ['dockerops jobs ls'] });
    return job.id;
  }

  /** The same `key` starts one job within a day. */
  async run(request: object, key: string | undefined): Promise<RunAnswer> {
    const headers = key === undefined ? {} : { 'idempotency-key': key };
    return (await this.json('POST', '/run', request, headers)) as RunAnswer;
  }

  async stop(id: string): Promise<void> {
    await this.json('POST', '/stop', { id });
  }

  async status(id: string): Promise<Status> {
    return (await this.json('GET', `/status/${encodeURIComponent(id)}`)) as Status;
  }

  /** The log as it comes; ends with the job when it is followed. */
  async logs(
    id: string,
    { tail, follow }: { readonly tail?: number; readonly follow: boolean },
  ): Promise<IncomingMessage> {
    const query = new URLSearchParams(definedOnly({ follow: follow ? 'true' : 'false', tail: tail?.toString() }));
    return this.send('GET', `/jobs/${encodeURIComponent(id)}/logs?${query.toString()}`);
  }
}
