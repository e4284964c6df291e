/** A name to publish, held by a lease: it goes when nobody renews it. Its key is `<service>-<instance>`. */
export interface NameRegistration {
  readonly service: string;
  readonly instance: string;
  readonly address: string;
  /** How the service's own name is shared: HIDE, APPEND (the default) or REPLACE. */
  readonly policy?: string;
  /** The container behind it, so that the directory can ask the engine whether that runs. */
  readonly container?: string;
  /** Grows with each container that is made: of REPLACE the highest has the service's name. */
  readonly startNumber?: number;
}

export interface ExpectedName {
  readonly name: string;
  /** Absent: any. */
  readonly address?: string;
}

/** Runs a program inside the container of a directory, so that no route to it is needed. */
export type RunInside = (
  command: readonly string[],
  limitMs: number,
) => Promise<{ readonly exitCode: number; readonly stdout: string; readonly stderr: string }>;

/** Where the names of instances are published: the dynamic DNS. */
export interface NameDirectory {
  /** For messages. */
  readonly name: string;
  /** Publishes a name and returns when readers can see it. Putting twice is putting once. */
  put(registration: NameRegistration): Promise<void>;
  /** Withdraws names by their keys and returns when readers no longer see them. One that is absent is no error. */
  remove(keys: readonly string[]): Promise<void>;
  /** Returns when readers find every name with its address; rejects after the limit, with those that are missing. */
  awaitNames(expected: readonly ExpectedName[], limitSeconds: number): Promise<void>;
  /** Of the client in an instance: ends it, whatever it does, and starts it again. Does not wait for the names. */
  restartClient(): Promise<void>;
}
