import type { Deployment, DeploymentState } from './deployment.ts';
import type { Observation } from './observe-units.ts';
import type { UnderWay } from './service-view.ts';
import { hasEnded, unitName, type Unit } from './unit.ts';

export interface AdvanceContext {
  readonly observed: Observation;
  readonly now: number;
  /** From the moment in which its units are started. */
  readonly timeoutMs: number;
  /** The engine starts its units again from now on; on a Swarm it always does. */
  readonly isKept: boolean;
  /** Something of the service is being made, started, stopped or removed. */
  readonly isBusy: boolean;
}

/** Why a deployment fails, with the unit that it fails on. */
export interface Failure {
  readonly error: string;
  readonly unit?: Unit;
  /** Name of a unit that does not exist. */
  readonly subject?: string;
}

/** What becomes of a deployment now; undefined: it waits. */
export type Advance = { readonly enter: DeploymentState } | { readonly fail: Failure } | undefined;

/** On a Swarm, balancers learn of new units by asking for their name, every half second. */
const followMs = 2000;

/** The next step of a deployment that has begun and was pulled. */
export function advance(underWay: UnderWay, context: AdvanceContext): Advance {
  const { deployment, version } = underWay;
  const own = context.observed.units.filter((unit) => unit.service === version.service);
  const others = own.filter((unit) => unit.version !== version.version);
  if (deployment.error !== undefined)
    return isGone(underWay, context) && !context.isBusy ? { enter: 'failed' } : undefined;
  switch (deployment.state) {
    case 'starting':
      return whenReady(underWay, context);
    case 'draining':
      return others.length === 0 && !hasOtherServices(underWay, context) && !context.isBusy
        ? { enter: 'done' }
        : undefined;
    default:
      return undefined;
  }
}

/** Whether the balancers know the new units by now. */
export function isSwitched(
  { deployment }: UnderWay,
  { observed, now }: Pick<AdvanceContext, 'observed' | 'now'>,
): boolean {
  return observed.kind === 'engine' || now >= enteredAt(deployment, 'switching') + followMs;
}

/** Whether the units of a deployment are all there and ready. */
export function areReady({ version }: UnderWay, units: readonly Unit[]): boolean {
  return lagging(version, units) === undefined;
}

function whenReady(underWay: UnderWay, context: AdvanceContext): Advance {
  const { version, deployment } = underWay;
  const { observed, now, timeoutMs, isKept } = context;
  const ended = endedUnit(underWay, observed);
  if (ended !== undefined) return { fail: { error: endText(ended, underWay, observed), unit: ended } };
  const name = lagging(version, observed.units);
  if (name === undefined) return isKept ? { enter: 'switching' } : undefined;
  if (now < enteredAt(deployment, 'starting') + timeoutMs) return undefined;
  const unit = observed.units.find((one) => one.name === name && one.version === version.version);
  const seconds = `${String(Math.round(timeoutMs / 1000))} s`;
  return { fail: { error: `${name} is not ready after ${seconds}${stateText(unit)}`, ...(unit && { unit }) } };
}

/** The name of the first unit that is not there or not ready. */
function lagging(version: UnderWay['version'], units: readonly Unit[]): string | undefined {
  const ready = new Set(units.filter((unit) => isOf(version, unit) && unit.isReady).map(({ name }) => name));
  return Array.from({ length: version.config.numInstances }, (_, index) =>
    unitName({ ...version, instance: index + 1 }),
  ).find((name) => !ready.has(name));
}

function endedUnit({ version }: UnderWay, observed: Observation): Unit | undefined {
  const candidates = observed.kind === 'swarm' ? observed.ended : observed.units;
  return candidates.find((unit) => isOf(version, unit) && (hasEnded(unit) || unit.health === 'unhealthy'));
}

/** Of an image that a node does not have. */
export function lackText(node: string, image: string, why?: string): string {
  const reason = why === undefined ? '' : ` (${why})`;
  const lack = `${node} does not have the image ${image} and cannot pull it${reason}`;
  return `${lack}: bring it there by dockerops ship or docker load`;
}

function endText(unit: Unit, { version }: UnderWay, { nodes }: Observation): string {
  const node = nodes.find(({ id }) => id === unit.nodeId)?.hostname ?? 'its node';
  if (unit.lacksImage === true) return lackText(node, version.image);
  const where = `${unit.name} on ${node}`;
  if (unit.health === 'unhealthy' && !hasEnded(unit)) return `${where} is unhealthy`;
  if (unit.state === 'complete') return `${where} has ended with exit code 0`;
  return `${where} has ended: ${unit.error ?? unit.state}`;
}

function stateText(unit: Unit | undefined): string {
  if (unit === undefined) return ': it could not be started yet';
  return `: it is ${unit.state}${unit.error === undefined ? '' : ` (${unit.error})`}`;
}

function isGone({ version }: UnderWay, { observed }: AdvanceContext): boolean {
  const services = observed.kind === 'swarm' ? observed.services.map(({ of }) => of) : [];
  return ![...observed.units, ...services].some((one) => isOf(version, one));
}

function hasOtherServices({ version }: UnderWay, { observed }: AdvanceContext): boolean {
  return (
    observed.kind === 'swarm' &&
    observed.services.some(({ of }) => of.service === version.service && of.version !== version.version)
  );
}

function isOf(version: UnderWay['version'], one: Pick<Unit, 'service' | 'version'>): boolean {
  return one.service === version.service && one.version === version.version;
}

export function enteredAt({ phases, createdAt }: Deployment, state: DeploymentState): number {
  return phases.find(({ name }) => name === state)?.at ?? createdAt;
}
