import { Conflict, NotFound } from '../errors.ts';
import { label } from '../labels.ts';
import type { OperationOf } from '../plan/operation.ts';
import type { ApplyContext } from './context.ts';

/** Makes base images on this machine, gives them to the engine, and removes those that have lost their names to them. */
export async function makeBaseImages(operation: OperationOf<'make-base-images'>, context: ApplyContext): Promise<void> {
  const onLine = (line: string): void => context.progress({ type: 'output', subject: operation.subject, line });
  const names = await context.engine.loadImages(
    await context.images.makeBaseArchive(operation, onLine, context.signal),
    onLine,
  );
  for (const id of hadOneOf(names, context)) await removeNameless(id, context);
}

function hadOneOf(names: readonly string[], { observed }: ApplyContext): readonly string[] {
  return observed.images
    .filter(({ labels, references }) => label.base in labels && references.some((name) => names.includes(name)))
    .map(({ id }) => id);
}

/** One that containers or other images are made from stays with them. */
async function removeNameless(id: string, { engine }: ApplyContext): Promise<void> {
  const image = await engine.findImage(id);
  if (image === undefined || image.references.length > 0) return;
  await engine.removeImage(id).catch((error: unknown) => {
    if (!(error instanceof Conflict || error instanceof NotFound)) throw error;
  });
}
