import type { ObservedContainer } from '../../model/observed-state.ts';
import type { ObservedService, ServiceEntry, ServiceRegistration } from '../../model/service-entry.ts';
import type { Operation } from '../operation.ts';
import type { PlanBuilder } from '../builder.ts';
import { isOwnEntry, metaKey, registrationOf, type NodeOwner } from './registration.ts';

interface EntriesInput {
  readonly owner: NodeOwner;
  readonly entries: readonly ServiceEntry[];
  readonly registered: readonly ObservedService[];
  readonly keep: ReadonlySet<string>;
  readonly busy: ReadonlySet<string>;
  /** Of the node, by name. */
  readonly containers: ReadonlyMap<string, ObservedContainer>;
  /** Gets the services whose entry somebody else has registered. */
  readonly refused: Map<string, string>;
}

/**
 * Plans the entries of a directory beside the containers of the plan so far. An entry exists while its container
 * runs: it is deregistered before the container stops, and registered when it has started. Entries that the node did
 * not make are left alone.
 */
export function planEntries(input: EntriesInput, builder: PlanBuilder): void {
  const desired = new Map(input.entries.map((entry) => [entry.id, entry]));
  const seen = new Map(input.registered.map((service) => [service.id, service]));
  for (const service of input.registered)
    if (isOwnEntry(service, input.owner)) planLeaving(service, desired, input, builder);
  for (const entry of desired.values()) planEntry(entry, seen.get(entry.id), input, builder);
}

function planLeaving(
  service: ObservedService,
  desired: ReadonlyMap<string, ServiceEntry>,
  { keep, busy, containers, owner }: EntriesInput,
  builder: PlanBuilder,
): void {
  const name = service.id.slice(owner.name.length + 1);
  if (busy.has(name)) return;
  const isUp = containers.get(name)?.state === 'running';
  const stop = builder.operations.find(({ id }) => id === `stop ${name}`);
  const cause = causeToLeave(desired.has(service.id) || keep.has(name), isUp, stop);
  if (cause === undefined) return;
  const operation = {
    id: `deregister ${name}`,
    kind: 'deregister-service',
    subject: name,
    cause,
    // One that is replaced is found until its successor is made.
    needs: builder.operations.find(({ id }) => id === `hold back ${name}`)?.needs ?? [],
    serviceId: service.id,
  } as const;
  builder.add(operation);
  if (stop !== undefined) builder.addNeeds(stop.id, [operation.id]);
}

function causeToLeave(isWanted: boolean, isUp: boolean, stop: Operation | undefined): string | undefined {
  if (stop !== undefined) return stop.cause;
  if (!isWanted) return 'no longer defined';
  return isUp ? undefined : 'its container is not running';
}

function planEntry(
  entry: ServiceEntry,
  seen: ObservedService | undefined,
  { owner, containers, refused }: EntriesInput,
  builder: PlanBuilder,
): void {
  const { name, id } = entry;
  // What runs of a refused service is not what the entry describes.
  if (refused.has(name)) return;
  if (seen !== undefined && !isOwnEntry(seen, owner)) {
    refused.set(name, `${id} is registered in Consul by something else`);
    return;
  }
  const common = { id: `register ${name}`, kind: 'register-service', subject: name, entry, container: name } as const;
  if (builder.has(`start ${name}`)) {
    // Before a stop, the entry goes anyway.
    const leaves = builder.has(`deregister ${name}`) && !builder.has(`stop ${name}`);
    const needs = [...(leaves ? [`deregister ${name}`] : []), `start ${name}`];
    builder.add({ ...common, cause: 'its container starts', needs });
    return;
  }
  const container = containers.get(name);
  if (container?.state !== 'running' || builder.has(`stop ${name}`)) return;
  const registration = registrationOf(entry, container.ports);
  const isAsWanted = seen?.meta[metaKey.hash] === registration.meta[metaKey.hash] && isSame(seen, registration);
  if (!isAsWanted)
    builder.add({
      ...common,
      cause: seen === undefined ? 'not registered' : 'its registration differs',
      needs: [],
      published: container.ports,
    });
}

/** Compares what somebody may have changed without changing the hash. */
function isSame(seen: ObservedService | undefined, desired: ServiceRegistration): boolean {
  return (
    seen !== undefined &&
    seen.name === desired.name &&
    seen.port === desired.port &&
    seen.address === desired.address &&
    seen.tags.join() === desired.tags.join() &&
    desired.checks.every(({ id }) => seen.checkIds?.includes(id) !== false)
  );
}
