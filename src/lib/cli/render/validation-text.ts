import type { Validation } from '../../use-cases/validate-project.ts';
import { problemLines } from './error-text.ts';
import type { Style } from './style.ts';
import { textOfLines } from './terminal-text.ts';

/** Every problem with its place and fix, then the count:
 * ```
 *   run.conf:2:24  unknown key "instnace"
 *     did you mean "instance"?
 * 1 problem
 * ```
 */
export function renderValidation({ project, entries, services, problems }: Validation, style: Style): string {
  if (problems.length === 0) {
    const counts = [counted(entries, 'entry', 'entries'), counted(services, 'service', 'services')];
    return `${style.green('valid:')} ${[`project ${project}`, ...counts].join(', ')}\n`;
  }
  return textOfLines([
    ...problems.flatMap((problem) => problemLines(problem, style)),
    style.red(counted(problems.length, 'problem', 'problems')),
  ]);
}

function counted(count: number, one: string, many: string): string {
  return `${String(count)} ${count === 1 ? one : many}`;
}
