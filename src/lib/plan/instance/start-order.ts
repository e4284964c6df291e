import { isBeside, isMade, type InstanceContext } from './decision.ts';
import { dependenciesFirst } from './dependency-order.ts';

/**
 * Instances are started in the order of run.conf. None waits for the one before to be ready, but for the `sleep` of its
 * entry. What replaces a running container starts when that has stopped, whatever the order.
 */
export function planStartOrder({ decisions, options, builder }: InstanceContext): void {
  if (options.inOrder !== true) return;
  const [first, ...others] = dependenciesFirst(decisions.values()).filter(
    (decision) => isMade(decision) && !isBeside(decision),
  );
  let former = first?.spec;
  for (const { spec } of others) {
    const begins = former !== undefined && former.sleepSeconds > 0 ? 'sleep' : 'start';
    builder.addFollows(`start ${spec.key}`, `${begins} ${former?.key ?? ''}`);
    former = spec;
  }
}
