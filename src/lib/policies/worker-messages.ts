import type { AnsweredKey } from './answer.ts';
import type { PolicyHost } from './policy.ts';

/** Where the code of a policy is. */
export type PolicySource = { readonly bundled: string } | { readonly file: string };

/** What a worker is started with. */
export interface WorkerStart {
  readonly source: PolicySource;
}

/** A fault in a policy with its place: `/etc/policies/web.ts:3:7`. */
export interface PolicyFault {
  readonly message: string;
  readonly where?: string;
}

/** What a policy exports besides its function. */
export interface PolicyExports {
  readonly configSchema?: unknown;
  readonly etcdConfigPath?: unknown;
}

export type LoadMessage = { readonly loaded: PolicyExports } | { readonly fault: PolicyFault };

export interface CallMessage {
  /** The engine's inspect document, as JSON. */
  readonly document: string;
  readonly host: PolicyHost;
  readonly config: unknown;
  /** Prefixes below which the policy may write no key. */
  readonly reserved: readonly string[];
}

export type AnswerMessage = { readonly warnings: readonly string[] } & (
  { readonly keys: readonly AnsweredKey[] } | { readonly fault: PolicyFault }
);
