import type { ObservedService, ServiceRegistration } from '../model/service-entry.ts';

/** A directory of services with their ports, tags and checks, such as a Consul agent. What is registered stays until it is taken out. */
export interface ServiceDirectory {
  list(): Promise<readonly ObservedService[]>;
  /** In place of what has this id. Idempotent. */
  register(registration: ServiceRegistration): Promise<void>;
  /** No error when it is not there. */
  deregister(id: string): Promise<void>;
  putKey(key: string, value: string): Promise<void>;
}
