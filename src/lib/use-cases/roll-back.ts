import { OperationFailed, UserError } from '../errors.ts';
import { canonicalReference } from '../image-reference.ts';
import type { InstanceSpec } from '../model/desired.ts';
import { shortContent } from '../model/image-content.ts';
import { imagesBefore } from '../plan/instance/image-history.ts';
import { isSameOwner } from '../plan/ownership.ts';
import type { ObservedProject } from './open-project.ts';
import { contentOf, withContents } from './pin-images.ts';
import type { ResolvedRun } from './resolve-run.ts';

/** Pins the image of the only instance to one that it ran before: the last one, or that whose content begins so. */
export async function pinToBefore(
  { engine, owner }: Pick<ObservedProject, 'engine' | 'owner'>,
  resolved: ResolvedRun,
  to: string | undefined,
): Promise<ResolvedRun> {
  const { desired, observed } = resolved;
  const [spec] = desired.instances;
  if (spec === undefined || desired.instances.length > 1)
    throw new TypeError(`a rollback is of one instance, not of ${String(desired.instances.length)}`);
  const existing = observed.containers.find(({ name }) => name === spec.container);
  if (existing?.ownership === undefined || !isSameOwner(existing.ownership.owner, owner)) throw notThere(spec);
  const current = await contentOf(engine, existing.imageId);
  const before = imagesBefore(existing.labels).filter((content) => content !== current);
  const content = choose(before, to, spec);
  const name = canonicalReference(spec.image);
  const pinned = (contents: readonly string[]): ResolvedRun['desired']['images'] =>
    desired.images.flatMap((image) =>
      canonicalReference(image.reference) === name
        ? contents.map((pin) => ({ ...image, service: spec.service, pin: { content: pin } }))
        : [image],
    );
  const known = await withContents(engine, observed, pinned(before));
  const here = before.filter((each) => known.images.some((image) => image.content === each));
  if (!here.includes(content)) throw gone(spec, content, here);
  return { ...resolved, observed: known, desired: { ...desired, images: pinned([content]) } };
}

function choose(before: readonly string[], to: string | undefined, spec: InstanceSpec): string {
  if (to !== undefined && !/^[0-9a-f]{4,64}$/.test(to))
    throw new UserError(`--to: "${to}" is not the beginning of a content`, {
      code: 'WRONG_USAGE',
      suggestions: ['write its first 12 hexadecimal digits'],
    });
  const found = to === undefined ? before : before.filter((content) => content.startsWith(`sha256:${to}`));
  const [content] = found;
  if (content !== undefined) return content;
  throw new OperationFailed(
    before.length === 0
      ? `${spec.key} has run no other image that is known`
      : `${spec.key} did not run image ${to ?? ''} before`,
    { code: 'NO_IMAGE_BEFORE', suggestions: choices(spec, before) },
  );
}

function gone(spec: InstanceSpec, content: string, here: readonly string[]): OperationFailed {
  const others = here.length === 0 ? 'nor is any other that it ran' : `here are ${here.map(shortContent).join(', ')}`;
  return new OperationFailed(`image ${shortContent(content)}, which ${spec.key} ran before, is not here; ${others}`, {
    code: 'IMAGE_GONE',
    suggestions: choices(spec, here),
  });
}

function choices({ service, instance }: InstanceSpec, contents: readonly string[]): readonly string[] {
  return contents.map((content) => `dockerops rollback:${service},instance=${instance},to=${shortContent(content)}`);
}

function notThere({ key }: InstanceSpec): UserError {
  return new UserError(`there is no instance ${key} that could run an earlier image`, {
    code: 'NO_INSTANCE',
    suggestions: ['dockerops ps:all'],
  });
}
