/** The words of jobs. Times are in milliseconds since 1970. */

/** What a job asks for, with every default filled in. */
export interface JobRequest {
  readonly image: string;
  /** As it was sent, and its words. */
  readonly command: string;
  readonly words: readonly string[];
  readonly name: string;
  readonly memoryBytes: number;
  /** On the service and on its container. */
  readonly labels: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
  /** Of the Swarm, besides that of the role. */
  readonly constraints: readonly string[];
  /** From the start of a run; then it gets SIGINT and counts as failed. */
  readonly timeoutSeconds?: number;
  /** How often a run that failed is tried again. */
  readonly retries: number;
  /** Absent: it runs once, at once. */
  readonly schedule?: Schedule;
  /** What happens when a run is due while another one is not over. */
  readonly concurrency: 'forbid' | 'allow';
}

/** Five fields of cron in a timezone: `Europe/Berlin`. */
export interface Schedule {
  readonly pattern: string;
  readonly timezone: string;
}

export interface Job extends JobTimes {
  readonly request: JobRequest;
}

export interface JobTimes {
  readonly id: string;
  readonly createdAt: number;
  /** Somebody stopped it: nothing of it runs again. */
  readonly stoppedAt?: number;
  /** When its schedule starts the next run. */
  readonly dueAt?: number;
}

export const jobStates = ['pending', 'preparing', 'started', 'complete', 'failed', 'shutdown'] as const;
export type JobState = (typeof jobStates)[number];

/** The words of `status`, which are the first job server's. */
export type JobStatus = 'pending' | 'preparing' | 'starting' | 'started' | 'finished' | 'failed' | 'shutdown';

/** How a run is doing, as far as it is known. */
export interface Progress {
  readonly status: JobStatus;
  readonly state: JobState;
  /** Why it waits, or why it failed. */
  readonly error?: string;
  readonly exitCode?: number;
  /** Name of the machine. */
  readonly node?: string;
  readonly startedAt?: number;
  readonly finishedAt?: number;
}

/** One run of a job: the only one, or one of those that a schedule has started. */
export interface Run extends Progress {
  readonly job: string;
  /** From 1. */
  readonly number: number;
  /** From 1; each attempt has a Swarm service of its own. */
  readonly attempt: number;
  readonly createdAt: number;
  /** Not before then: an attempt after a failure waits. */
  readonly notBefore: number;
  /** Name of its Swarm service, and the id of that once it is known. */
  readonly service: string;
  readonly serviceId?: string;
  /** Why its service is to be removed; absent: it is not. */
  readonly unwanted?: string;
  /** It is over and the Swarm has no service of it: its name is free. */
  readonly isGone: boolean;
}

/** So many runs that are not over, and schedules, there may be. */
export const maxUnfinished = 1000;

export const waiting: Progress = { status: 'pending', state: 'pending' };

export function isOver({ state }: Pick<Progress, 'state'>): boolean {
  return state === 'complete' || state === 'failed' || state === 'shutdown';
}
