import type { InstanceSpec } from '../../model/desired.ts';
import { hasSucceeded } from '../../model/completed.ts';
import { knownHealth } from '../../model/known-health.ts';
import type { ObservedContainer } from '../../model/observed-state.ts';
import type { RunContext } from '../context.ts';
import type { ImagePlan } from '../images/plan-images.ts';
import { requestedText, rolledBackText } from './image-history.ts';
import { hasProcesses } from '../has-processes.ts';
import { holderText, isSameOwner } from '../ownership.ts';
import type { Difference } from '../plan.ts';
import { difference, instanceDifferences } from '../spec/differences.ts';
import { linkDifferences } from '../spec/link-differences.ts';
import type { Decision } from './decision.ts';

/**
 * What is to become of one instance. Plans nothing; the caller reports conflicts and stopped instances as blockers.
 */
export function decide(spec: InstanceSpec, context: RunContext, images: ImagePlan): Decision {
  const existing = context.containers.get(spec.container);
  if (existing === undefined) return { spec, action: 'create', reason: 'no container', differences: [] };
  const found = { spec, existing, differences: [] };
  if (existing.ownership === undefined || !isSameOwner(existing.ownership.owner, context.owner)) {
    const holder = `${holderText(existing)} (${existing.id.slice(0, 12)})`;
    return { ...found, action: 'conflict', reason: `the name ${spec.container} is in use by ${holder}` };
  }
  if (existing.state === 'created') return { ...found, action: 'replace', reason: 'created but never started' };
  if (existing.state === 'removing')
    return { ...found, action: 'stopped', reason: `${spec.container} is being removed` };
  if (context.options.replace === 'always')
    return { ...found, action: 'replace', reason: requestedText(spec, context) };
  if (spec.wait === 'completed' && hasSucceeded(existing)) return decideCompleted(spec, existing, context, images);
  return hasProcesses(existing)
    ? decideRunning(spec, existing, context, images)
    : decideStopped(spec, existing, context);
}

function decideRunning(
  spec: InstanceSpec,
  existing: ObservedContainer,
  context: RunContext,
  images: ImagePlan,
): Decision {
  const differences = allDifferences(spec, existing, context, images);
  const found = { spec, existing, differences, reason: runningReason(existing, differences) };
  if (differences.length > 0 && context.options.replace === 'changed') return { ...found, action: 'replace' };
  const isToBeChecked = needsCheck(existing) || existing.isUnregistered === true;
  return { ...found, action: isToBeChecked || spec.wait === 'completed' ? 'check' : 'keep' };
}

/** A job that has succeeded. Where its links lead by now does not matter to it. */
function decideCompleted(
  spec: InstanceSpec,
  existing: ObservedContainer,
  context: RunContext,
  images: ImagePlan,
): Decision {
  const differences = [...instanceDifferences(existing, spec), ...imageDifferences(spec, existing, context, images)];
  const found = { spec, existing, differences };
  if (differences.length === 0) return { ...found, action: 'keep', reason: 'completed' };
  const isReplaced = context.options.replace === 'changed';
  return { ...found, action: isReplaced ? 'replace' : 'keep', reason: changedText(differences) };
}

function decideStopped(spec: InstanceSpec, existing: ObservedContainer, { options }: RunContext): Decision {
  const { state, exitCode } = existing;
  const found = { spec, existing, differences: [] };
  if (options.replace === 'changed') return { ...found, action: 'replace', reason: `it is ${state}` };
  const code = state !== 'exited' || exitCode === undefined ? '' : ` with exit code ${String(exitCode)}`;
  return { ...found, action: 'stopped', reason: `${spec.container} is ${state}${code}` };
}

function needsCheck({ state, health }: Pick<ObservedContainer, 'state' | 'health'>): boolean {
  return state === 'restarting' || state === 'paused' || health === 'starting' || health === 'unhealthy';
}

function runningReason(existing: ObservedContainer, differences: readonly Difference[]): string {
  if (differences.length > 0) return rolledBackText(existing, differences) ?? changedText(differences);
  if (existing.state === 'paused') return 'is paused';
  if (existing.isUnregistered === true) return 'its names are not in the DNS';
  const health = knownHealth(existing);
  if (!needsCheck({ state: existing.state, health })) return 'up to date';
  return health === 'none' ? existing.state : `${existing.state}, ${health}`;
}

/** `environment.DB_HOST, links.demo-db changed` */
export function changedText(differences: readonly Difference[]): string {
  return `${differences.map(({ field }) => field).join(', ')} changed`;
}

function allDifferences(
  spec: InstanceSpec,
  existing: ObservedContainer,
  context: RunContext,
  images: ImagePlan,
): readonly Difference[] {
  return [
    ...instanceDifferences(existing, spec),
    ...imageDifferences(spec, existing, context, images),
    ...linkDifferences(existing, context.observed.containers, context.desired.network?.name ?? ''),
  ];
}

/** An image that is gone from the engine is no reason to replace what runs from it. */
function imageDifferences(
  { image }: InstanceSpec,
  { imageId }: ObservedContainer,
  { options }: RunContext,
  images: ImagePlan,
): readonly Difference[] {
  const choice = images.choice(image);
  if ('reference' in choice) return options.build === 'stale' ? [difference('image', shortId(imageId), 'rebuilt')] : [];
  return choice.id === imageId ? [] : [difference('image', shortId(imageId), shortId(choice.id))];
}

function shortId(id: string): string {
  return id.replace(/^sha256:/, '').slice(0, 12);
}
