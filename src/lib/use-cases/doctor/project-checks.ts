import { DockeropsError } from '../../errors.ts';
import { trackedByGit } from '../../project/git-index.ts';
import { notIgnored } from '../../project/git-ignore.ts';
import { exposedKeys, refuseLinks } from '../../project/keys/key-directory.ts';
import type { Check } from './check.ts';

/** Why no project was opened. That there is none here is no fault: the doctor works without one. */
export function checkNoProject({ code, message, suggestions }: DockeropsError): readonly Check[] {
  if (code === 'NO_PROJECT') return [];
  return [{ name: 'project', status: 'fail', text: message, fix: suggestions.join(', or ') }];
}

/** Whether only the project's users have its keys; a link in place of their directory fails. */
export function checkKeys(directory: string): readonly Check[] {
  try {
    refuseLinks(directory);
  } catch (error) {
    if (!(error instanceof DockeropsError)) throw error;
    return [{ name: 'keys', status: 'fail', text: error.message, fix: error.suggestions.join(', or ') }];
  }
  const exposed = exposedKeys(directory);
  if (exposed.length === 0) return [{ name: 'keys', status: 'ok', text: 'nobody else can read them' }];
  return exposed.map(({ text, fix }) => ({ name: 'keys', status: 'warn', text, fix }));
}

/** host.conf is for one machine, and may hold secrets. */
export function checkHostConfInGit(directory: string): readonly Check[] {
  if (trackedByGit(directory, 'host.conf').length === 0) return [];
  const text = 'git tracks it, so that everybody with the repository has its values';
  return [{ name: 'host.conf', status: 'warn', text, fix: 'git rm --cached host.conf' }];
}

/** In a git repository; what it tracks already is told by the others. */
export function checkGitIgnore(directory: string): readonly Check[] {
  const found = notIgnored(directory);
  return found === undefined ? [] : [{ name: '.gitignore', status: 'warn', ...found }];
}
