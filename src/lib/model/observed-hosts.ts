import type { HostFacts } from './host-facts.ts';
import type { ObservedState } from './observed-state.ts';

/** What is known of a host before planning. */
export interface ObservedHost {
  readonly state: ObservedState;
  readonly facts: HostFacts;
}

/** By name, in the order in which they are planned. */
export type ObservedHosts = ReadonlyMap<string, ObservedHost>;

/** For planners that need no facts. */
export type HostStates = ReadonlyMap<string, Pick<ObservedHost, 'state'>>;

/** The name of the host of the command's own engine. */
export const localHost = 'local';

/** The host of the command's own engine alone. */
export function oneHost<Host extends Pick<ObservedHost, 'state'>>(host: Host): ReadonlyMap<string, Host> {
  return new Map([[localHost, host]]);
}
