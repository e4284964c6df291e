import type { Problem } from '../../errors.ts';
import { oneLine } from './terminal-text.ts';

/** Problems of files that a command does not need, in one line: the first of them, and what lists them all. */
export function problemsLine([first, ...others]: readonly Problem[]): string {
  const place = first?.where === undefined ? '' : `${first.where}: `;
  const more = others.length === 0 ? '' : ` (and ${String(others.length)} more)`;
  return oneLine(`${place}${first?.message ?? ''}${more}; see dockerops validate`);
}
