/** What a directory of services (Consul) is to know of a container. */
import type { PortSpec } from './desired.ts';

interface CommonCheck {
  readonly name?: string;
  /** The directory removes a service whose check has been critical for so long. */
  readonly deregisterAfterSeconds?: number;
}
interface TimedCheck extends CommonCheck {
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
}

/** How the directory finds out whether a service works. */
export type CheckSpec =
  /** A path asks the first tcp port of the service. */
  | (TimedCheck & { readonly kind: 'http'; readonly target: string })
  /** `host:port`, or a port in the container. */
  | (TimedCheck & { readonly kind: 'tcp'; readonly target: string })
  /** The service itself reports that it is healthy. */
  | (CommonCheck & { readonly kind: 'ttl'; readonly ttlSeconds: number })
  /** A command in the container; dockerops runs it and reports the result. */
  | (TimedCheck & { readonly kind: 'script'; readonly command: readonly string[] });

/** A desired entry: its ports of the host may be known only when the container runs. */
export interface ServiceEntry {
  /** `<node>/<name>` */
  readonly id: string;
  readonly node: string;
  /** Of the keys of the operator that makes it. */
  readonly prefix: string;
  readonly name: string;
  /** Under which the published ports are reached; empty: the directory's own address of the node. */
  readonly address: string;
  readonly ports: readonly PortSpec[];
  readonly tags: readonly string[];
  readonly checks: readonly CheckSpec[];
}

/** An entry as the directory has it. */
export interface ObservedService {
  readonly id: string;
  readonly name: string;
  readonly tags: readonly string[];
  readonly address: string;
  readonly port: number;
  readonly meta: Readonly<Record<string, string>>;
  /** Ids of its checks; absent: not known. */
  readonly checkIds?: readonly string[];
}

/** A check as it is registered, with complete targets. */
export interface RegisteredCheck {
  readonly id: string;
  readonly name: string;
  readonly ask: { readonly http: string } | { readonly tcp: string } | { readonly ttlSeconds: number };
  readonly intervalSeconds?: number;
  readonly timeoutSeconds?: number;
  readonly deregisterAfterSeconds?: number;
}

/** A complete entry. */
export interface ServiceRegistration extends ObservedService {
  readonly checks: readonly RegisteredCheck[];
}
