import { quoteWords } from '../../shell-words.ts';
import type { Check } from './check.ts';

/** `open`: data directories that other users of the engine's host can enter; undefined if that is not known. */
export function checkDataFolders(open: readonly string[] | undefined, isHere: boolean): Check {
  if (open === undefined)
    return { name: 'data folders', status: 'unknown', text: 'their permissions cannot be seen from this machine' };
  if (open.length === 0) return { name: 'data folders', status: 'ok', text: 'closed to other users of the host' };
  return {
    name: 'data folders',
    status: 'warn',
    text: `other users of the host can read the data, and run setuid files of containers: ${listed(open)}`,
    fix: `${isHere ? '' : "on the engine's host: "}chmod 700 ${quoteWords(open)}`,
  };
}

/**
 * `left`: directories with unpacked files of restores that were killed, or that are running; undefined if not known.
 */
export function checkRestores(left: readonly string[] | undefined): Check {
  if (left === undefined)
    return { name: 'restores', status: 'unknown', text: 'unfinished ones cannot be seen from this machine' };
  if (left.length === 0) return { name: 'restores', status: 'ok', text: 'none is unfinished' };
  return {
    name: 'restores',
    status: 'warn',
    text: `left by an interrupted restore, unless one is running now: ${listed(left)}`,
    fix: 'remove it, or let the next restore of that instance do so: its content is still in the backup',
  };
}

const maxListed = 5;

function listed(directories: readonly string[]): string {
  const more = directories.length - maxListed;
  return directories.slice(0, maxListed).join(', ') + (more > 0 ? `, and ${String(more)} more` : '');
}
