import type { ContainerRow } from '../../engine/engine.ts';
import type { Owner } from '../../model/desired.ts';
import type { Plan } from '../../plan/plan.ts';
import { planUnits, type DesiredUnit, type UnitsRequest } from '../../plan/units/plan-units.ts';
import type { ServiceVersion } from '../services/service.ts';
import { areReady, enteredAt } from './advance.ts';
import type { Drains } from './drains.ts';
import type { EngineObservation } from './observe-units.ts';
import { desiredVersions, useOf, type ServiceView } from './service-view.ts';
import { unitName, type Unit } from './unit.ts';
import { unitSpec } from './unit-spec.ts';

export interface EnginePlanContext {
  readonly owner: Owner;
  readonly observed: EngineObservation;
  /** All containers of the engine. */
  readonly containers: readonly ContainerRow[];
  readonly drains: Drains;
  readonly now: number;
  /** The units of the deployment under way are kept already. */
  readonly isKept: boolean;
}

/** The units of a service as containers of the local engine. */
export function enginePlan(view: ServiceView, context: EnginePlanContext): Plan {
  const desired = desiredVersions(view);
  return planUnits(context.owner, {
    missing: desired.flatMap((version) => missing(version, view, context)),
    stopped: desired.flatMap((version) => stopped(version, view, context)),
    kept: kept(view, context),
    unwanted: unwanted(view, desired, context),
    holders: new Map(context.containers.map((container) => [container.name, container])),
  });
}

function numbers({ config }: ServiceVersion): readonly number[] {
  return Array.from({ length: config.numInstances }, (_, index) => index + 1);
}

function missing(
  version: ServiceVersion,
  view: ServiceView,
  { observed, owner }: EnginePlanContext,
): readonly DesiredUnit[] {
  const isTrial = useOf(view, version.version) === 'trial';
  // A tag may mean another image by now: what is made later is made from the image of the others.
  const sibling = unitsOf(version, observed).flatMap(({ name }) => observed.containers.get(name) ?? [])[0];
  const image = sibling === undefined ? { reference: version.image } : { id: sibling.imageId };
  return numbers(version)
    .filter((instance) => !observed.containers.has(unitName({ ...version, instance })))
    .map((instance) => ({ spec: unitSpec(version, instance, owner.name), image, isTrial }));
}

/** One on trial that has ended is not started again. */
function stopped(version: ServiceVersion, view: ServiceView, { observed }: EnginePlanContext): UnitsRequest['stopped'] {
  const isLive = useOf(view, version.version) === 'live';
  const states: readonly string[] = isLive ? ['created', 'exited'] : ['created'];
  return numbers(version)
    .flatMap((instance) => observed.containers.get(unitName({ ...version, instance })) ?? [])
    .filter(({ state }) => states.includes(state))
    .map((container) => ({ container, cause: container.state === 'created' ? 'it never ran' : 'it was stopped' }));
}

function kept({ underWay }: ServiceView, { observed, isKept }: EnginePlanContext): readonly ContainerRow[] {
  if (isKept || underWay?.deployment.state !== 'starting' || underWay.deployment.error !== undefined) return [];
  if (!areReady(underWay, observed.units)) return [];
  return unitsOf(underWay.version, observed).flatMap(({ name }) => observed.containers.get(name) ?? []);
}

/** An engine could not remove one that is dead, and never starts it: another one takes its place. */
function unwanted(
  view: ServiceView,
  desired: readonly ServiceVersion[],
  { observed, drains, now }: EnginePlanContext,
): UnitsRequest['unwanted'] {
  return observed.units
    .filter(({ service }) => service === view.service)
    .flatMap((unit) => {
      const container = observed.containers.get(unit.name);
      const cause = removalCause(unit, view, desired) ?? (container?.state === 'dead' ? 'it is dead' : undefined);
      if (cause === undefined || container === undefined) return [];
      return isLeaving(unit, view) && unit.state === 'running' && !drains.isDone(unit.name, now)
        ? []
        : [{ container, cause }];
    });
}

function removalCause(
  { version, instance }: Unit,
  view: ServiceView,
  desired: readonly ServiceVersion[],
): string | undefined {
  const own = desired.find((one) => one.version === version);
  if (own !== undefined) return instance > own.config.numInstances ? 'it is one too many' : undefined;
  if (view.removal !== undefined) return 'the service was deleted';
  return useOf(view, version) === 'leaving' ? 'a newer version has taken its place' : 'its version does not run';
}

/** It has served and goes: new connections go to others first. */
export function isLeaving({ version, instance }: Unit, view: ServiceView): boolean {
  const use = useOf(view, version);
  const numInstances = [view.running, view.underWay?.version].find((one) => one?.version === version)?.config
    .numInstances;
  return use === 'leaving' || (use === 'live' && instance > (numInstances ?? Infinity));
}

/** The moment in which the units of a service that leave began to, as the store has it. */
export function leavingSince({ removal, underWay }: ServiceView, now: number): number {
  if (removal !== undefined) return removal.at;
  return underWay?.deployment.state === 'draining' ? enteredAt(underWay.deployment, 'draining') : now;
}

function unitsOf(version: ServiceVersion, { units }: EngineObservation): readonly Unit[] {
  return units.filter((unit) => unit.service === version.service && unit.version === version.version);
}
