import type { ImportResult } from '../../use-cases/import-project.ts';
import { problemLines } from './error-text.ts';
import type { Style } from './style.ts';
import { textOfLines } from './terminal-text.ts';

/** The files that were written, what was converted differently and what was not, each with its place. */
export function renderImport({ services, written, dropped, converted }: ImportResult, style: Style): string {
  return textOfLines([
    `${String(services.length)} ${services.length === 1 ? 'service' : 'services'} imported: ${services.join(', ')}`,
    `written: ${written.join(', ')}`,
    ...(converted.length === 0
      ? []
      : ['', 'converted differently:', ...converted.flatMap((remark) => problemLines(remark, style))]),
    ...(dropped.length === 0
      ? []
      : ['', style.yellow('not converted:'), ...dropped.flatMap((remark) => problemLines(remark, style))]),
    '',
    'next: dockerops validate, then dockerops plan',
  ]);
}
