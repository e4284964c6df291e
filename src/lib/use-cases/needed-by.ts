import type { RunRequest } from '../model/run-request.ts';
import { isPattern } from '../model/wildcard.ts';
import type { Needs } from '../project/needed-files.ts';

/** What a command that makes these instances needs of the project's files. */
export function neededBy(request: RunRequest): Needs {
  const { target, service, instance } = request;
  return target === 'service' && service !== undefined && !isPattern(request) ? { service, instance } : 'all';
}
