import { UserError } from '../../errors.ts';
import { label } from '../../labels.ts';
import type { EngineReader } from '../../engine/engine.ts';
import { isCompleted } from '../../model/completed.ts';
import { knownHealth } from '../../model/known-health.ts';
import type { ObservedContainer } from '../../model/observed-state.ts';
import { observeContainers } from '../../observe/observe.ts';
import { networkName } from '../../project/find-project.ts';
import { isSameOwner } from '../../plan/ownership.ts';
import { isPattern } from '../../model/wildcard.ts';
import { unknownService } from '../../project/services.ts';
import { findUnregistered } from '../dns/registered-names.ts';
import { findDrift } from './drift.ts';
import { isMeantBy } from './find-instance.ts';
import type { ObservedProject } from '../open-project.ts';

/** A row of `ps`; with `reallyall` also for containers that are no instances. */
export interface InstanceRow extends Pick<
  ObservedContainer,
  'id' | 'image' | 'state' | 'health' | 'exitCode' | 'status' | 'ports'
> {
  readonly key: string;
  readonly container: string;
  readonly project: string;
  readonly service: string;
  readonly instance: string;
  readonly type: string;
  readonly address: string;
  /** A job that has succeeded. */
  readonly completed?: true;
  /** Fields that differ from the project's files, or why they cannot be compared. */
  readonly drift: readonly string[];
}

/**
 * Running instances; `all`: also stopped ones; `reallyall`: every container on the host; else the instances of one
 * service. Takes one list call, and one more call for each instance with secrets, and one for the DNS.
 */
export async function listRows(opened: ObservedProject, what?: string): Promise<readonly InstanceRow[]> {
  const everything = what === 'reallyall';
  const containers = await observeContainers(opened.engine, {
    all: what !== undefined,
    ...(everything ? {} : { labels: { [label.project]: opened.owner.name, [label.kind]: 'instance' } }),
  });
  const own = containers.filter(
    ({ ownership }) => ownership !== undefined && isSameOwner(ownership.owner, opened.owner),
  );
  const service = what === 'all' || everything ? undefined : what;
  if (service !== undefined) refuseUnknown(opened, service, own);
  const isShown = (container: ObservedContainer): boolean =>
    service === undefined || isMeantBy({ service, instance: undefined }, container);
  const [drift, unregistered] = await Promise.all([
    findDrift(opened, own, own.filter(isShown)),
    findUnregistered(opened.engine, own, opened.owner),
  ]);
  const driftOf = ({ name }: ObservedContainer): readonly string[] => [
    ...(drift.get(name) ?? []),
    ...(unregistered.has(name) ? ['its names are not in the DNS'] : []),
  ];
  return (everything ? containers : own)
    .filter(isShown)
    .map((container) => ({ ...rowOf(container), drift: driftOf(container) }))
    .sort((a, b) => (a.container < b.container ? -1 : 1));
}

function refuseUnknown(
  { project: { services, place } }: ObservedProject,
  service: string,
  containers: readonly ObservedContainer[],
): void {
  if (services.has(service) || isPattern({ service })) return;
  if (containers.some(({ ownership }) => ownership?.service === service)) return;
  throw unknownService(service, services, place.servicesDirectory);
}

/** Every container on the host, without comparing it with a project. */
export async function listEverything(engine: EngineReader): Promise<readonly InstanceRow[]> {
  return (await observeContainers(engine, { all: true }))
    .map((container) => ({ ...rowOf(container), drift: [] }))
    .sort((a, b) => (a.container < b.container ? -1 : 1));
}

/** Address on the network of its project, else its first one; empty if it has none. */
export function addressOf({ addresses, ownership }: ObservedContainer): string {
  const own = ownership === undefined ? undefined : addresses[networkName(ownership.owner.name)];
  return own !== undefined && own !== '' ? own : (Object.values(addresses).find((address) => address !== '') ?? '');
}

export function getAddress(container: ObservedContainer): string {
  const address = addressOf(container);
  const key = container.ownership?.key ?? container.name;
  if (address === '')
    throw new UserError(`${key} is on the host's network and has no address of its own`, {
      code: 'NO_ADDRESS',
      suggestions: ['use an address of the host'],
    });
  return address;
}

function rowOf(container: ObservedContainer): Omit<InstanceRow, 'drift'> {
  const { id, name, state, exitCode, status, ports, ownership, labels } = container;
  return {
    id,
    state,
    status,
    ports,
    image: (labels[label.image] ?? container.image).replace(/:latest$/, ''),
    health: knownHealth(container),
    ...(exitCode === undefined ? {} : { exitCode }),
    container: name,
    key: ownership?.key ?? name,
    project: ownership?.owner.name ?? '',
    service: ownership?.service ?? name,
    instance: ownership?.instance ?? '',
    type: ownership?.type ?? '',
    address: addressOf(container),
    ...(isCompleted(container) ? { completed: true } : {}),
  };
}
