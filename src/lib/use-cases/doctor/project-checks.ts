import type { DockeropsError } from '../../errors.ts';
import type { Check } from './check.ts';

/** Why no project was opened. That there is none here is no fault: the doctor works without one. */
export function checkNoProject({ code, message, suggestions }: DockeropsError): readonly Check[] {
  if (code === 'NO_PROJECT') return [];
  return [{ name: 'project', status: 'fail', text: message, fix: suggestions.join(', or ') }];
}
