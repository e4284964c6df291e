import type { HostFacts } from '../../model/host-facts.ts';
import type { ObservedState } from '../../model/observed-state.ts';
import type { RunRequest } from '../../model/run-request.ts';
import { gatherHostFacts } from '../../observe/host-facts.ts';
import type { ResolveInput } from '../../project/resolve/context.ts';
import { resolveProject, type Resolution } from '../../project/resolve/resolve.ts';
import { withRecordedAddresses } from '../facts/recorded-addresses.ts';
import type { ObservedProject } from '../open-project.ts';

/** In place of the name that `run` would generate for an instance without one. */
export const ungeneratedName = '<new>';

export type EntriesInput = Omit<ResolveInput, 'request' | 'newName' | 'facts' | 'observed'> & {
  readonly facts: HostFacts;
  readonly observed: ObservedState;
};

/** Input of a read-only command: interfaces of a remote host have the addresses that instances were created with. */
export function entriesInput(
  { project, engine, client, environment, keys }: ObservedProject,
  observed: ObservedState,
): EntriesInput {
  const input = {
    project,
    observed,
    environment,
    existingKeys: keys.existing(),
    facts: gatherHostFacts(engine.address, observed.engine, client),
  };
  return { ...input, facts: withRecordedAddresses(input.facts, resolveEntries(input), observed.containers) };
}

/** Resolves every entry of the run conf, also those that `run:all` skips: for commands that run nothing. */
export function resolveEntries(input: EntriesInput): Resolution {
  return resolveRequest(input, { target: 'entries', switches: {} });
}

export function resolveRequest(input: EntriesInput, request: RunRequest): Resolution {
  return resolveProject({ ...input, request, newName: () => ungeneratedName });
}
