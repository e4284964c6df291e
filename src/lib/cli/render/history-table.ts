import type { JournalRecord } from '../../use-cases/written-plan/journal.ts';
import type { Style } from './style.ts';
import { renderTable, tableOptions } from './table.ts';

const columns = [{ title: 'BEGUN' }, { title: 'PLAN' }, { title: 'OPERATIONS' }, { title: 'STATE' }];

/**
 *     BEGUN                 PLAN          OPERATIONS  STATE
 *     2026-12-01T02:10:00Z  0123456789ab  4           not finished
 */
export function renderHistory(plans: readonly JournalRecord[], style: Style): string {
  if (plans.length === 0) return 'no written plan was applied';
  const rows = plans.map(({ begun, plan, done, ended }) => [
    begun.replace(/\.\d+Z$/, 'Z'),
    plan.slice(0, 12),
    String(done),
    ended === undefined ? 'not finished' : 'done',
  ]);
  return renderTable(columns, rows, tableOptions(style, undefined));
}
