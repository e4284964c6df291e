import { label } from '../../labels.ts';
import type { Owner } from '../../model/desired.ts';
import { shortContent } from '../../model/image-content.ts';
import type { ObservedImage, ObservedState } from '../../model/observed-state.ts';
import { PlanBuilder } from '../builder.ts';
import { imagesBefore } from '../instance/image-history.ts';
import { isLabelledAs } from '../ownership.ts';
import type { Plan } from '../plan.ts';

export interface CleanImages {
  /** Absent: all services. */
  readonly service?: string;
  /** How many of each service stay, the newest. */
  readonly keep: number;
  /** Contents that the project's lock names. */
  readonly locked: ReadonlySet<string>;
}

/** Images of the owner that are older than those that stay, and that no container has. */
export function oldImages(
  owner: Owner,
  { images, containers }: Pick<ObservedState, 'images' | 'containers'>,
  { service, keep }: Pick<CleanImages, 'service' | 'keep'>,
): readonly ObservedImage[] {
  const used = new Set(containers.map(({ imageId }) => imageId));
  const own = images.filter(({ labels }) => isLabelledAs(owner, labels) && label.service in labels);
  return [...Map.groupBy(own, ({ labels }) => labels[label.service] ?? '')]
    .filter(([name]) => service === undefined || name === service)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, each]) => each.sort(newestFirst).slice(keep))
    .filter(({ id }) => !used.has(id));
}

/** What has the name of the service is the newest, also when a build found it in the cache. */
function newestFirst(a: ObservedImage, b: ObservedImage): number {
  const named = ({ references }: ObservedImage): number => (references.some(isCurrent) ? 1 : 0);
  return named(b) - named(a) || b.created - a.created || (a.id < b.id ? -1 : 1);
}

function isCurrent(reference: string): boolean {
  return reference.endsWith(':latest');
}

/**
 * Removes them, but not what a lock or the label of an instance names, for which `old` come with their contents. One
 * whose content cannot be told may be named, and stays.
 */
export function planCleanImages(
  owner: Owner,
  old: readonly ObservedImage[],
  { containers }: Pick<ObservedState, 'containers'>,
  { keep, locked }: CleanImages,
): Plan {
  const builder = new PlanBuilder(owner);
  const named = new Set([...locked, ...containers.flatMap(({ labels }) => imagesBefore(labels))]);
  const reason = `older than the last ${String(keep)}`;
  for (const { id, references, labels, content } of old) {
    if (content === undefined || named.has(content)) continue;
    const key = `${labels[label.service] ?? ''} ${shortContent(content)}`;
    builder.verdicts.push({ key, verdict: 'remove', reason, differences: [] });
    builder.add({
      id: `remove image ${shortContent(id)}`,
      kind: 'remove-image',
      subject: key,
      cause: reason,
      needs: [],
      image: id,
      references,
    });
  }
  return builder.finish();
}
