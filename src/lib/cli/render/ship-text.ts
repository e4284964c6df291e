import { keysOf } from '../../plan/plan.ts';
import type { ShippedHost } from '../../use-cases/hosts/ship-images.ts';
import { renderPlan } from './plan-text.ts';
import type { Style } from './style.ts';

/** A line for each host; of a dry run its plan below it:
 * ```
 * oak: 2 sent, 1 the same there
 * elm: failed
 * ```
 */
export function renderShipped(hosts: readonly ShippedHost[], style: Style, dryRun: boolean): string {
  return hosts.map((host) => (dryRun ? planText(host, style) : `${summaryOf(host, style)}\n`)).join('');
}

function summaryOf({ host, plan, error }: ShippedHost, style: Style): string {
  if (error !== undefined || plan === undefined) return `${host}: ${style.red('failed')}`;
  const sent = keysOf(plan, 'send').length;
  const same = keysOf(plan, 'keep').length;
  const parts = [sent > 0 ? `${String(sent)} sent` : '', same > 0 ? `${String(same)} the same there` : ''];
  return `${host}: ${parts.filter((part) => part !== '').join(', ') || 'nothing to send'}`;
}

function planText({ host, plan, error }: ShippedHost, style: Style): string {
  if (error !== undefined || plan === undefined) return `${host}: ${style.red('failed')}\n`;
  const text = renderPlan(plan, style);
  return `${host}:\n${text.replaceAll(/^(?=.)/gm, '  ')}`;
}
