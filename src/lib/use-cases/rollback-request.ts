import { definedOnly } from '../defined.ts';
import { UserError } from '../errors.ts';
import type { RunRequest } from '../model/run-request.ts';
import { isPattern } from '../model/wildcard.ts';
import type { RunChoices } from './run-instances.ts';

/** The one instance of a rollback. */
export function rollbackRequest(service: string | undefined, instance: string | undefined): RunRequest {
  const request = {
    target: 'service',
    ...definedOnly({ service, instance }),
    newInstance: 'never',
    switches: {},
  } as const;
  if (service !== undefined && service !== 'all' && instance !== undefined && !isPattern(request)) return request;
  throw new UserError('a rollback is of one instance, which has to be named', {
    code: 'WRONG_USAGE',
    suggestions: [`dockerops rollback:SERVICE,instance=NAME`],
  });
}

interface RollbackFlags {
  readonly to?: string | undefined;
  readonly timeout?: number | undefined;
  readonly 'keep-old'?: boolean;
}

/** A rollback is a replacement in any case, with another image. */
export function rollbackChoices({ to, timeout, 'keep-old': keepOld = false }: RollbackFlags): RunChoices {
  return {
    replace: 'always',
    build: 'missing',
    wait: true,
    timeoutSeconds: timeout,
    keepOld,
    rollsBack: true,
    rollback: definedOnly({ to }),
  };
}
