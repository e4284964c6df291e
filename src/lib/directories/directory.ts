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
}

export interface PublishedName {
  /** Full name or key as clients look it up. */
  readonly name: string;
  readonly values: readonly string[];
  readonly holders: readonly string[];
}

export interface Directory {
  readonly name: string;
  /** Answers, or throws an EngineError saying what does not. */
  ping(): Promise<void>;
  /** Publishes and returns when readers can see it. Idempotent. */
  put(registration: Registration): Promise<void>;
  /** Returns when readers no longer see it. No error when it is not there. */
  remove(ids: readonly string[]): Promise<void>;
  list(): Promise<readonly PublishedName[]>;
}
