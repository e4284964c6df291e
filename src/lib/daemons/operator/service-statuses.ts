import type { Problem } from '../../errors.ts';
import type { ImageSpec } from '../../model/desired.ts';
import type { ObservedContainer, ObservedState } from '../../model/observed-state.ts';
import { isSameOwner } from '../../plan/ownership.ts';
import type { Plan } from '../../plan/plan.ts';
import type { DesiredService, DesiredState } from './desired-state.ts';
import type { ResolvedNode } from './resolve-node.ts';
import type { ServiceStatus } from './status.ts';

interface Attempts {
  error(name: string): string | undefined;
  dueAt(name: string): string | undefined;
}

export interface StatusInput {
  readonly desired: DesiredState;
  readonly resolved: ResolvedNode;
  readonly view: { readonly observed: ObservedState };
  readonly plan: Plan;
  readonly refused: ReadonlyMap<string, string>;
  readonly failed: ReadonlyMap<string, string>;
  /** Services that are still being changed. */
  readonly busy: ReadonlySet<string>;
  /** Services that wait for their image. */
  readonly waiting: ReadonlyMap<string, ImageSpec>;
  readonly retries: Attempts;
  readonly pulls: Attempts;
}

type Containers = ReadonlyMap<string, ObservedContainer>;
type Rows = readonly (readonly [name: string, status: ServiceStatus])[];
/** What a service is and how it runs, without its definition's place. */
type Condition = Pick<ServiceStatus, 'state' | 'error' | 'retryAt'>;

/** The status of each service after a pass: whether it runs, and if not, why. */
export function serviceStatuses(input: StatusInput): ReadonlyMap<string, ServiceStatus> {
  const containers: Containers = new Map(input.view.observed.containers.map((each) => [each.name, each]));
  const known = [...readServices(input, containers), ...unreadServices(input, containers)];
  return new Map([...known, ...leavingServices(input, containers, new Set(known.map(([name]) => name)))]);
}

function readServices(input: StatusInput, containers: Containers): Rows {
  return input.desired.services.map((service) => {
    const { name, where, definition } = service;
    const container = containers.get(name);
    const common = { where, image: definition.image, ...ownContainer(container, input) };
    return [name, { ...common, ...conditionOf(service, container, input) }] as const;
  });
}

function unreadServices(input: StatusInput, containers: Containers): Rows {
  return [...input.desired.unread].map(([name, problems]) => {
    const where = problems[0]?.where ?? '';
    const container = ownContainer(containers.get(name), input);
    return [name, { state: 'unread', where, error: textOf(problems), ...container }] as const;
  });
}

/** Services that are no longer desired and could not be removed. */
function leavingServices(input: StatusInput, containers: Containers, known: ReadonlySet<string>): Rows {
  const rows = [...containers].flatMap(([name, container]): Rows => {
    const cause = input.failed.get(name) ?? input.retries.error(name);
    const own = ownContainer(container, input);
    if (known.has(name) || cause === undefined || own.container === undefined) return [];
    const error = `it is no longer desired and could not be removed: ${cause}`;
    return [[name, { state: 'failed', where: '', error, ...own, ...retryOf(input.retries.dueAt(name)) }]];
  });
  return rows;
}

function conditionOf(service: DesiredService, container: ObservedContainer | undefined, input: StatusInput): Condition {
  const { resolved, plan } = input;
  const { name } = service;
  const problems = resolved.problems.get(name);
  if (problems !== undefined) return { state: 'failed', error: textOf(problems) };
  const attempted = waitingCondition(name, input) ?? failedCondition(name, input) ?? busyCondition(name, input);
  if (attempted !== undefined) return attempted;
  return plan.operations.some(({ id }) => id === `start ${name}`)
    ? { state: 'running' }
    : containerCondition(container);
}

function waitingCondition(name: string, { waiting, pulls }: StatusInput): Condition | undefined {
  const image = waiting.get(name)?.reference;
  if (image === undefined) return undefined;
  const error = pulls.error(image) ?? `waits for the image ${image}`;
  return { state: 'waiting', error, ...retryOf(pulls.dueAt(image)) };
}

function failedCondition(name: string, { refused, failed, retries }: StatusInput): Condition | undefined {
  const error = refused.get(name) ?? failed.get(name) ?? retries.error(name);
  return error === undefined ? undefined : { state: 'failed', error, ...retryOf(retries.dueAt(name)) };
}

function busyCondition(name: string, { busy }: StatusInput): Condition | undefined {
  return busy.has(name) ? { state: 'waiting', error: 'its container is being changed' } : undefined;
}

function containerCondition(container: ObservedContainer | undefined): Condition {
  if (container === undefined) return { state: 'unknown' };
  const { state, status, name } = container;
  if (state === 'running') return { state };
  if (state === 'restarting') return { state: 'failed', error: `it ends again and again: ${status}` };
  if (state === 'paused') return { state: 'failed', error: `it is paused; to resume it: docker unpause ${name}` };
  return { state: 'ended' };
}

/** The container's short id, unless somebody else made it. */
function ownContainer(
  container: ObservedContainer | undefined,
  { plan }: StatusInput,
): Pick<ServiceStatus, 'container'> {
  const owner = container?.ownership?.owner;
  return container !== undefined && owner !== undefined && isSameOwner(owner, plan.owner)
    ? { container: container.id.slice(0, 12) }
    : {};
}

function textOf(problems: readonly Problem[]): string {
  return problems.map(({ where, message }) => (where === undefined ? message : `${where}: ${message}`)).join('; ');
}

function retryOf(retryAt: string | undefined): Pick<ServiceStatus, 'retryAt'> {
  return retryAt === undefined ? {} : { retryAt };
}
