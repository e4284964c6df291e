import type { LinkSpec } from '../../../model/desired.ts';
import type { InstanceContext } from '../context.ts';
import type { LinkPattern } from './link-pattern.ts';
import type { Linkable } from './linkables.ts';

/** The instance that a link leads to. */
export interface LinkTarget {
  readonly name: string;
  readonly target: Linkable | undefined;
  /** Why the link has no target, for when its variable is not supplied either. */
  readonly reason: string;
  readonly notice?: string;
}

/**
 * Of several instances, the one that the link led to before, else the one that runs longest. `previous` are the links
 * that the container has now.
 */
export function resolveTarget(
  { name, text, matches }: LinkPattern,
  where: string,
  previous: readonly LinkSpec[],
  { key, linkables, unlinkables }: InstanceContext,
): LinkTarget {
  const choices = choicesAmong(linkables.filter((each) => each.key !== key && matches(each.service, each.instance)));
  const before = previous.find(({ alias }) => alias === name)?.target;
  const target = choices.find(({ container }) => container === before) ?? choices[0];
  const onHost = unlinkables.find((each) => matches(each.service, each.instance));
  if (target === undefined && onHost !== undefined) {
    const why = `the target of the link ${name} is ${onHost.key}, which is on the network of the host`;
    return { name, target, reason: `${why}: set an address of the host` };
  }
  const reason = `the link ${name} needs a running instance of ${text}: start one, or set the address`;
  if (target === undefined || choices.length === 1) return { name, target, reason };
  const keys = choices.map((choice) => choice.key).join(', ');
  return {
    name,
    target,
    reason,
    notice: `${where}: the link ${name} of ${key} has several possible targets (${keys}); it uses ${target.key}`,
  };
}

/** Those that run, the oldest first; when none runs, those that this request starts. */
function choicesAmong(matching: readonly Linkable[]): readonly Linkable[] {
  const running = matching
    .filter(({ runningSince }) => runningSince !== undefined)
    .sort((a, b) => (a.runningSince ?? 0) - (b.runningSince ?? 0) || (a.key < b.key ? -1 : 1));
  return running.length > 0 ? running : matching;
}

/** The links that the container has now. */
export function previousLinks({ entry, own, container }: InstanceContext): readonly LinkSpec[] {
  if (entry?.values.links === undefined) return [];
  const network = own.find(({ name }) => name === container)?.ownership?.spec.network;
  return network?.mode === 'network' ? network.links : [];
}
