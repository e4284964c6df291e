import type { ObservedService, ServiceRegistration } from '../model/service-entry.ts';

export type CheckStatus = 'passing' | 'warning' | 'critical';

/**
 * Where the services of a node are registered with their ports, tags and checks: a Consul agent. A registration stays
 * until it is removed, also across restarts of the directory.
 */
export interface ServiceDirectory {
  /** Sorted by id. */
  list(): Promise<readonly ObservedService[]>;
  /** Replaces the registration with this id. Idempotent. */
  register(registration: ServiceRegistration): Promise<void>;
  /** One that is absent is no error. */
  deregister(id: string): Promise<void>;
  /** Reports the result of a check that the directory does not run itself. Rejects when there is no such check. */
  report(checkId: string, status: CheckStatus, output: string): Promise<void>;
  putKey(key: string, value: string): Promise<void>;
}
