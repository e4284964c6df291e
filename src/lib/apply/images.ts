import { definedOnly } from '../defined.ts';
import { type ChangeDockerfile, packContext } from '../engine/archive/build-context.ts';
import { needsBuildKit } from '../engine/archive/classic-context.ts';
import { Conflict, NotFound } from '../errors.ts';
import { label } from '../labels.ts';
import type { OperationOf } from '../plan/operation.ts';
import type { ApplyContext } from './context.ts';
import { withNextSteps } from './expectations.ts';
import type { Step } from './step.ts';

export async function buildImage(operation: OperationOf<'build-image'>, { context }: Step): Promise<void> {
  const { image, cache, subject } = operation;
  if (image.source.kind !== 'folder') throw new TypeError(`${image.reference} is not built from a folder`);
  const { directory, dockerfile, buildArgs, platform, target } = image.source;
  const change = context.images.changeDockerfile(operation);
  const parentsCopy = (): Promise<boolean> => triggersCopy(image.parents, change, context);
  const { tar, ...how } = await packContext(directory, { dockerfile }, change, parentsCopy);
  await context.engine.buildImage({
    context: tar,
    dockerfile,
    buildArgs,
    cache,
    ...context.images.tags(operation),
    ...definedOnly({ platform, target }),
    ...how,
    onLine: outputOf(subject, context),
    signal: context.signal,
  });
}

/** Whether a trigger of a parent would copy the Dockerfile: as an instruction of it, it would be changed. */
async function triggersCopy(
  parents: readonly string[],
  change: ChangeDockerfile,
  { engine }: ApplyContext,
): Promise<boolean> {
  const details = await Promise.all(parents.map((parent) => engine.findImage(parent)));
  const texts = details.flatMap((detail) => detail?.triggers ?? []).map((trigger) => `FROM scratch\n${trigger}\n`);
  return texts.some((text) => !needsBuildKit(text) && change(text, 'folder') !== change(text, undefined));
}

export async function pullImage(
  { reference, platform, subject }: OperationOf<'pull-image'>,
  { context }: Step,
): Promise<void> {
  const { engine, signal } = context;
  const pulled = engine.pullImage(reference, {
    ...definedOnly({ platform }),
    signal,
    onLine: outputOf(subject, context),
  });
  await withNextSteps(pulled, () => [
    `see whether its name is right and its registry answers: docker pull ${reference}`,
  ]);
}

/** Makes base images on this machine, loads them into the engine, and removes those whose names they have taken. */
export async function makeBaseImages(
  operation: OperationOf<'make-base-images'>,
  { context }: Pick<Step, 'context'>,
): Promise<void> {
  const { subject } = operation;
  const onStep = (text: string): void => context.progress({ type: 'step', subject, text });
  const archive = await context.images.makeBaseArchive(operation, onStep, context.signal);
  onStep('loading them into the engine');
  const names = await context.engine.loadImages(archive, outputOf(subject, context));
  for (const id of idsWithName(names, context)) await removeNameless(id, context);
}

/** Names that have moved to another image meanwhile stay there. */
export async function removeImage(
  { image, references }: OperationOf<'remove-image'>,
  { context: { engine } }: Pick<Step, 'context'>,
): Promise<string | undefined> {
  try {
    for (const reference of references)
      if ((await engine.findImage(reference))?.id === image) await engine.removeImage(reference);
    const left = await engine.findImage(image);
    if (left?.references.length === 0) await engine.removeImage(image);
    return left === undefined || left.references.length === 0 ? undefined : 'kept: it has another name by now';
  } catch (error) {
    if (error instanceof NotFound) return undefined;
    if (error instanceof Conflict) return 'kept: it is in use';
    throw error;
  }
}

function outputOf(subject: string, { progress }: ApplyContext): (line: string) => void {
  return (line) => progress({ type: 'output', subject, line });
}

function idsWithName(names: readonly string[], { observed }: ApplyContext): readonly string[] {
  return observed.images
    .filter(({ labels, references }) => label.base in labels && references.some((name) => names.includes(name)))
    .map(({ id }) => id);
}

/** Keeps an image that containers or other images use. */
async function removeNameless(id: string, { engine }: ApplyContext): Promise<void> {
  const image = await engine.findImage(id);
  if (image === undefined || image.references.length > 0) return;
  await engine.removeImage(id).catch((error: unknown) => {
    if (!(error instanceof Conflict || error instanceof NotFound)) throw error;
  });
}
