import type { ImportResult } from '../../use-cases/import-project.ts';
import { problemLines } from './error-text.ts';
import type { Style } from './style.ts';

/** What was written, what is other than it was, and what is missing, each with its place. */
export function renderImport({ services, written, lost, told }: ImportResult, style: Style): string {
  return [
    `${String(services.length)} ${services.length === 1 ? 'service' : 'services'} imported: ${services.join(', ')}`,
    `written: ${written.join(', ')}`,
    ...(told.length === 0
      ? []
      : ['', 'carried in another way:', ...told.flatMap((remark) => problemLines(remark, style))]),
    ...(lost.length === 0
      ? []
      : ['', style.yellow('not carried:'), ...lost.flatMap((remark) => problemLines(remark, style))]),
    '',
    'next: dockerops validate, then dockerops plan',
  ].join('\n');
}
