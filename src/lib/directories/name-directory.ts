/**
 * A directory is a place where names are published: the dynamic DNS, Consul, etcd. One interface for all, with leases:
 * what is put must be held, or it goes by itself.
 */
export interface Registration {
  /** Unique in the directory; deterministic, so that putting twice is putting once. */
  readonly id: string;
  readonly service: string;
  readonly instance: string;
  readonly address: string;
  readonly ports: readonly { readonly port: number; readonly protocol: 'tcp' | 'udp' }[];
  /** For DNS: HIDE, APPEND or REPLACE. Others: free. */
  readonly policy?: string;
  readonly tags: readonly string[];
  /** Container behind it, where the directory can ask the engine whether it runs. */
  readonly container?: string;
}

/** Runs a program inside the container that a directory lives in; so no route to it is needed. */
export type RunInside = (
  command: readonly string[],
  limitMs: number,
) => Promise<{ readonly exitCode: number; readonly stdout: string; readonly stderr: string }>;

export interface PublishedName {
  /** Full name or key as clients look it up. */
  readonly name: string;
  readonly values: readonly string[];
  readonly holders: readonly string[];
}

export interface NameDirectory {
  readonly name: string;
  /** Answers, or throws an EngineError saying what does not. */
  ping(): Promise<void>;
  /** Publishes and returns when readers can see it. Idempotent. */
  put(registration: Registration): Promise<void>;
  /** Returns when readers no longer see it. No error when it is not there. */
  remove(ids: readonly string[]): Promise<void>;
  list(): Promise<readonly PublishedName[]>;
  /** Returns when readers find every name with its address; throws after the limit, saying which they do not. */
  awaitNames(
    expected: readonly { readonly name: string; readonly address: string }[],
    limitSeconds: number,
  ): Promise<void>;
}
