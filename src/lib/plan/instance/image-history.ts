import { canonicalReference } from '../../image-reference.ts';
import { label, type Labels } from '../../labels.ts';
import type { Desired, InstanceSpec, Template } from '../../model/desired.ts';
import { shortContent } from '../../model/image-content.ts';
import type { ObservedContainer } from '../../model/observed-state.ts';
import type { RunContext } from '../context.ts';
import type { Difference } from '../plan.ts';
import type { Decision, InstanceContext } from './decision.ts';

const keptImages = 3;

/** Contents of the images that an instance ran before, the newest first. */
export function imagesBefore(labels: Labels): readonly string[] {
  return (labels[label.imagesBefore] ?? '').split(',').filter((content) => content !== '');
}

/** Labels of the new container: which images the instance ran before, and whether it goes back to one of them. */
export function imageHistory(
  { spec, existing }: Decision,
  { images, desired, options }: InstanceContext,
): Readonly<Record<string, Template>> {
  if (existing === undefined) return {};
  const choice = images.choice(spec.image);
  const next = pinnedContent(spec, desired);
  const isOther = existing.state !== 'created' && !('id' in choice && choice.id === existing.imageId);
  const replaced: Template = [{ contentOf: existing.imageId }];
  const before = imagesBefore(existing.labels).filter((content) => content !== next);
  const all = [...(isOther ? [replaced] : []), ...before.map((content) => [content])].slice(0, keptImages);
  return {
    ...(all.length === 0
      ? {}
      : { [label.imagesBefore]: all.flatMap((text, at) => (at === 0 ? text : [',', ...text])) }),
    ...(options.rollsBack === true && isOther ? { [label.rolledBack]: replaced } : {}),
  };
}

/** Why an instance is replaced in any case. */
export function requestedText(spec: InstanceSpec, { desired, options }: RunContext): string {
  const content = options.rollsBack === true ? pinnedContent(spec, desired) : undefined;
  return content === undefined ? 'requested' : `back to image ${shortContent(content)}`;
}

function pinnedContent({ image }: InstanceSpec, { images }: Desired): string | undefined {
  const name = canonicalReference(image);
  return images.find(({ reference }) => canonicalReference(reference) === name)?.pin?.content;
}

/** Why an instance that was rolled back differs, with the image that it ran instead. */
export function rolledBackText({ labels }: ObservedContainer, differences: readonly Difference[]): string | undefined {
  const from = labels[label.rolledBack];
  if (from === undefined || !differences.some(({ field }) => field === 'image')) return undefined;
  const others = differences.filter(({ field }) => field !== 'image').map(({ field }) => field);
  const more = others.length === 0 ? '' : `, and ${others.join(', ')} changed`;
  return `is rolled back${from === '' ? '' : ` from image ${shortContent(from)}`}${more}`;
}
