import type { EngineReader } from '../engine/engine.ts';
import { Conflict, NotFound, StalePlan } from '../errors.ts';
import type { ImageChoice } from '../plan/operation.ts';

/** For what the plan found absent: a conflict means that somebody made it since. */
export async function expectAbsent<T>(call: Promise<T>, what: string): Promise<T> {
  return call.catch((error: unknown) => {
    if (error instanceof Conflict)
      throw new StalePlan(`${what} was made by somebody else meanwhile`, { code: 'STALE_PLAN', cause: error });
    throw error;
  });
}

/**
 * For what the plan found there: not found means that somebody removed it since, a conflict that it is not in the state in which it was
 * seen. A start that a killed command had asked for may be carried out after we looked.
 */
export async function expectPresent<T>(call: Promise<T>, what: string): Promise<T> {
  return call.catch((error: unknown) => {
    if (error instanceof NotFound)
      throw new StalePlan(`${what} is not there any more`, { code: 'STALE_PLAN', cause: error });
    if (error instanceof Conflict)
      throw new StalePlan(`${what} is not as it was seen: ${error.message}`, { code: 'STALE_PLAN', cause: error });
    throw error;
  });
}

/** For what is done with an image that the plan found there. */
export async function withImage<T>(
  choice: ImageChoice,
  key: string,
  engine: Pick<EngineReader, 'findImage'>,
  work: (image: string) => Promise<T>,
): Promise<T> {
  if (!('id' in choice)) return work(choice.reference);
  return work(choice.id).catch(async (error: unknown) => {
    if (!(error instanceof NotFound) || (await engine.findImage(choice.id)) !== undefined) throw error;
    throw new StalePlan(`the image of ${key} is not there any more`, { code: 'STALE_PLAN', cause: error });
  });
}
