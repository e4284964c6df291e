import { Conflict, NotFound, StalePlan } from '../errors.ts';

/** For what the plan found absent: a conflict means that somebody made it since. */
export async function fresh<T>(call: Promise<T>, what: string): Promise<T> {
  return call.catch((error: unknown) => {
    if (error instanceof Conflict) throw new StalePlan(`${what} was made by somebody else meanwhile`, { code: 'STALE_PLAN', cause: error });
    throw error;
  });
}

/**
 * For what the plan found there: not found means that somebody removed it since, a conflict that it is not in the state in which it was
 * seen. A start that a killed command had asked for may be carried out after we looked.
 */
export async function standing<T>(call: Promise<T>, what: string): Promise<T> {
  return call.catch((error: unknown) => {
    if (error instanceof NotFound) throw new StalePlan(`${what} is not there any more`, { code: 'STALE_PLAN', cause: error });
    if (error instanceof Conflict) throw new StalePlan(`${what} is not as it was seen: ${error.message}`, { code: 'STALE_PLAN', cause: error });
    throw error;
  });
}
