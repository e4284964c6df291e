import type { HostFacts } from '../../model/host-facts.ts';
import type { ObservedState } from '../../model/observed-state.ts';
import { resolveProject, type Resolution } from '../../project/resolve/resolve.ts';
import type { ResolveInput } from '../../project/resolve/context.ts';
import type { RunRequest } from '../../model/run-request.ts';

/** Stands for the name that `run` draws for an instance without one. */
export const undrawnName = '<new>';

export type EntriesInput = Omit<ResolveInput, 'request' | 'newName' | 'facts' | 'observed'> & {
  readonly facts: HostFacts;
  readonly observed: ObservedState;
};

/**
 * Every entry of the run conf resolved, also those that `run:all` leaves out: for commands that tell and do not run.
 */
export function resolveEntries(input: EntriesInput): Resolution {
  return resolveRequest(input, { target: 'entries', switches: {} });
}

export function resolveRequest(input: EntriesInput, request: RunRequest): Resolution {
  return resolveProject({ ...input, request, newName: () => undrawnName });
}
