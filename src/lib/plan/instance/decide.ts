import type { InstanceSpec } from '../../model/desired.ts';
import type { ObservedContainer } from '../../model/observed-state.ts';
import type { Decision, PlanContext } from '../context.ts';
import type { Difference } from '../plan.ts';
import type { ImageChoice } from '../operation.ts';
import { difference, instanceDifferences } from '../spec/differences.ts';
import { holderText, isSameOwner } from '../ownership.ts';

type ImageOf = (reference: string) => ImageChoice;

/** What is to become of one instance. Pure; plans nothing. What is held or stopped, the caller reports as a blocker. */
export function decide(spec: InstanceSpec, context: PlanContext, imageOf: ImageOf): Decision {
  const existing = context.observed.containers.find((container) => container.name === spec.container);
  if (existing === undefined) return { spec, action: 'create', reason: 'no container', differences: [] };
  if (existing.ownership === undefined || !isSameOwner(existing.ownership.owner, context.desired.owner)) {
    return {
      spec,
      action: 'conflict',
      reason: `the name ${spec.container} is held by ${holderText(existing)} (${existing.id.slice(0, 12)})`,
      existing,
      differences: [],
    };
  }
  return decideOwn(spec, existing, context, imageOf);
}

function decideOwn(spec: InstanceSpec, existing: ObservedContainer, context: PlanContext, imageOf: ImageOf): Decision {
  if (existing.state === 'created')
    return { spec, action: 'replace', reason: 'made but never started', existing, differences: [] };
  if (existing.state === 'removing')
    return { spec, action: 'stopped', reason: `${spec.container} is being removed`, existing, differences: [] };
  const { replace } = context.options;
  if (replace === 'always') return { spec, action: 'replace', reason: 'asked to', existing, differences: [] };
  if (existing.state !== 'running' && existing.state !== 'restarting')
    return decideStopped(spec, existing, replace === 'changed');
  const differences = allDifferences(spec, existing, context, imageOf);
  if (differences.length > 0 && replace === 'changed') {
    return {
      spec,
      action: 'replace',
      reason: `${differences.map(({ field }) => field).join(', ')} changed`,
      existing,
      differences,
    };
  }
  return {
    spec,
    action: needsCheck(existing) ? 'check' : 'keep',
    reason: runningReason(existing, differences),
    existing,
    differences,
  };
}

function decideStopped(spec: InstanceSpec, existing: ObservedContainer, replace: boolean): Decision {
  if (replace) return { spec, action: 'replace', reason: `it is ${existing.state}`, existing, differences: [] };
  const code = existing.exitCode === undefined ? '' : ` with exit code ${String(existing.exitCode)}`;
  return {
    spec,
    action: 'stopped',
    reason: `${spec.container} is ${existing.state}${existing.state === 'exited' ? code : ''}`,
    existing,
    differences: [],
  };
}

function needsCheck(existing: ObservedContainer): boolean {
  return existing.state === 'restarting' || existing.health === 'starting' || existing.health === 'unhealthy';
}

function runningReason(existing: ObservedContainer, differences: readonly Difference[]): string {
  if (differences.length > 0) return `${differences.map(({ field }) => field).join(', ')} changed`;
  return needsCheck(existing) ? `${existing.state}, ${existing.health}` : 'up to date';
}

function allDifferences(
  spec: InstanceSpec,
  existing: ObservedContainer,
  context: PlanContext,
  imageOf: ImageOf,
): readonly Difference[] {
  const links = linkDifferences(existing, context.observed.containers, context.desired.network?.name ?? '');
  return [
    ...instanceDifferences(existing, spec),
    ...imageDifferences(imageOf(spec.image), existing, context),
    ...links,
  ];
}

/** An image that is gone from the engine is no reason to replace what runs from it. */
function imageDifferences(
  image: ImageChoice,
  existing: ObservedContainer,
  { options }: PlanContext,
): readonly Difference[] {
  if ('reference' in image)
    return options.build === 'stale' ? [difference('image', shortId(existing.imageId), 'built anew')] : [];
  return image.id === existing.imageId ? [] : [difference('image', shortId(existing.imageId), shortId(image.id))];
}

function shortId(id: string): string {
  return id.replace(/^sha256:/, '').slice(0, 12);
}

/** A link's variable holds the address that its target had when the container was made. */
export function linkDifferences(
  existing: Pick<ObservedContainer, 'ownership'>,
  containers: readonly ObservedContainer[],
  network: string,
): readonly Difference[] {
  return Object.entries(existing.ownership?.linkAddresses ?? {}).flatMap(([target, address]) => {
    const now = containers.find((container) => container.name === target)?.addresses[network] ?? '';
    return now === '' || now === address ? [] : [difference(`links.${target}`, address, now)];
  });
}
