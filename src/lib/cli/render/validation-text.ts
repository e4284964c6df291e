import type { Validation } from '../../use-cases/validate-project.ts';
import { problemLines } from './error-text.ts';
import type { Style } from './style.ts';

/** Every problem with its place and mend, then the count:
 * ```
 *   run.conf:2:24  unknown key "instnace"
 *     did you mean "instance"?
 * 1 problem
 * ```
 */
export function renderValidation({ project, entries, services, problems }: Validation, style: Style): string {
  if (problems.length === 0)
    return `${style.green('valid:')} project ${project}, ${counted(entries, 'entry', 'entries')}, ${counted(services, 'service', 'services')}\n`;
  return [
    ...problems.flatMap((problem) => problemLines(problem, style)),
    style.red(counted(problems.length, 'problem', 'problems')),
    '',
  ].join('\n');
}

function counted(count: number, one: string, many: string): string {
  return `${String(count)} ${count === 1 ? one : many}`;
}
