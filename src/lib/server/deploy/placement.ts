import type { ObservedNode } from '../../model/observed-state.ts';
import type { ServiceConfig } from '../services/service.ts';
import { fitsPattern } from './name-pattern.ts';
import { hasLeft, type Unit } from './unit.ts';

type Rules = Pick<ServiceConfig, 'conflictsWith' | 'mustShareWith'>;

export interface PlacedService {
  readonly service: string;
  readonly config: Rules;
}

/** A host that a service must not use, and why. */
export interface RefusedHost {
  readonly node: ObservedNode;
  readonly reason: string;
}

/**
 * The hosts on which no unit of a service may run, because of the units of other services there, or of the lack of
 * them. A rule never means the service itself. Conflicts count in both directions.
 */
export function refusedHosts(
  placed: PlacedService,
  others: readonly PlacedService[],
  units: readonly Unit[],
  nodes: readonly ObservedNode[],
): readonly RefusedHost[] {
  const foreign = units.filter((unit) => unit.service !== placed.service && !hasLeft(unit));
  return nodes.flatMap((node) => {
    const here = foreign.filter(({ nodeId }) => nodeId === node.id);
    const reason = conflictOn(here, placed, others) ?? lackOn(here, placed);
    return reason === undefined ? [] : [{ node, reason }];
  });
}

/** Why no host is left for a service, with the reason of each; undefined: there is one. */
export function noHostLeft(
  service: string,
  nodes: readonly ObservedNode[],
  refused: readonly RefusedHost[],
): string | undefined {
  const reasons = nodes.map((node) => ({
    node,
    reason: unusable(node) ?? refused.find((one) => one.node.id === node.id)?.reason,
  }));
  if (reasons.some(({ reason }) => reason === undefined)) return undefined;
  const texts = reasons.map(({ node, reason }) => `${node.hostname}: ${reason ?? ''}`);
  return `No host left for ${service}: ${texts.join('; ')}`;
}

/** Whether the place of one of these services depends on where the other is. */
export function areRelated(one: PlacedService, other: PlacedService): boolean {
  return (
    [one.config.conflictsWith, one.config.mustShareWith].some((pattern) => means(pattern, other.service)) ||
    means(other.config.conflictsWith, one.service)
  );
}

function conflictOn(
  here: readonly Unit[],
  { service, config }: PlacedService,
  others: readonly PlacedService[],
): string | undefined {
  const own = here.find((unit) => means(config.conflictsWith, unit.service));
  if (own !== undefined) return `${own.name} runs there (conflictsWith ${config.conflictsWith ?? ''})`;
  for (const unit of here) {
    const pattern = others.find((other) => other.service === unit.service)?.config.conflictsWith;
    if (means(pattern, service)) return `${unit.name} runs there, whose service conflicts with ${pattern ?? ''}`;
  }
  return undefined;
}

function lackOn(here: readonly Unit[], { config: { mustShareWith } }: PlacedService): string | undefined {
  if (mustShareWith === undefined || here.some((unit) => means(mustShareWith, unit.service))) return undefined;
  return `no unit of ${mustShareWith} runs there (mustShareWith)`;
}

function means(pattern: string | undefined, service: string): boolean {
  return pattern !== undefined && pattern !== '' && fitsPattern(pattern, service);
}

function unusable({ state, availability }: ObservedNode): string | undefined {
  if (state !== 'ready') return `it is ${state}`;
  return availability === 'active' ? undefined : `it takes no new units (${availability})`;
}
