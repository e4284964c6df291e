import type { EngineReader } from '../engine/engine.ts';
import { Conflict, EngineError, EngineUnreachable, NotFound, OperationFailed, StalePlan } from '../errors.ts';
import type { ImageChoice } from '../plan/operation-parts.ts';

/** For what did not exist when the plan was made: a conflict means that it was created since. */
export async function expectAbsent<T>(call: Promise<T>, what: string): Promise<T> {
  return call.catch((error: unknown) => {
    if (error instanceof Conflict)
      throw new StalePlan(`${what} was created by another command in the meantime`, {
        code: 'STALE_PLAN',
        cause: error,
      });
    throw error;
  });
}

/**
 * For what existed when the plan was made: "not found" means that it was removed since, a conflict that its state has
 * changed. Also a start that a killed command had asked for may be carried out later.
 */
export async function expectPresent<T>(call: Promise<T>, what: string): Promise<T> {
  return call.catch((error: unknown) => {
    if (error instanceof NotFound)
      throw new StalePlan(`${what} no longer exists`, { code: 'STALE_PLAN', cause: error });
    if (error instanceof Conflict)
      throw new StalePlan(`${what} has changed in the meantime: ${error.message}`, {
        code: 'STALE_PLAN',
        cause: error,
      });
    throw error;
  });
}

/**
 * For a wait on what ran when the plan was made: the engine may be stopping it for a command that was killed, and
 * lists it as running for a moment after it has ended.
 */
export async function expectRunning<T>(
  wait: Promise<T>,
  { id, name }: { readonly id: string; readonly name: string },
  engine: Pick<EngineReader, 'inspectContainer'>,
): Promise<T> {
  return wait.catch(async (error: unknown) => {
    const isEnded = error instanceof OperationFailed && (await engine.inspectContainer(id)).state === 'exited';
    if (!isEnded) throw error;
    throw new StalePlan(`container ${name} has ended in the meantime`, { code: 'STALE_PLAN', cause: error });
  });
}

/** What the engine refuses without a suggestion gets these. */
export async function withNextSteps<T>(
  call: Promise<T>,
  suggestions: () => readonly string[] | Promise<readonly string[]>,
): Promise<T> {
  return call.catch(async (error: unknown) => {
    if (!(error instanceof EngineError) || error instanceof EngineUnreachable || error.suggestions.length > 0)
      throw error;
    throw new OperationFailed(error.message, { code: error.code, suggestions: await suggestions(), cause: error });
  });
}

/** For work with an image: StalePlan when it existed when the plan was made, and was removed since. */
export async function withImage<T>(
  choice: ImageChoice,
  key: string,
  engine: Pick<EngineReader, 'findImage'>,
  work: (image: string) => Promise<T>,
): Promise<T> {
  if (!('id' in choice)) return work(choice.reference);
  return work(choice.id).catch(async (error: unknown) => {
    if (!(error instanceof NotFound) || (await engine.findImage(choice.id)) !== undefined) throw error;
    throw new StalePlan(`the image of ${key} no longer exists`, { code: 'STALE_PLAN', cause: error });
  });
}
