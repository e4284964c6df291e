import type { ComparedField, ComparedValue } from '../../plan/spec/compare-specs.ts';
import type { ConfDiff, InstanceDiff } from '../../use-cases/inspect/diff-confs.ts';
import { originText } from './environment-table.ts';
import type { Style } from './style.ts';
import { oneLine, textOfLines } from './terminal-text.ts';

/**
 * What differs, instance by instance:
 *
 *     ~ web-one
 *         environment.DB_HOST: local (run.conf:3:7) -> db (live.conf:5:7)
 *         environment.DB_PASSWORD: <secret> differs
 *     + api-one  only in live.conf
 *     1 differs, 1 only in live.conf
 */
export function renderDiff({ from, to }: ConfDiff, different: readonly InstanceDiff[], style: Style): string {
  const lines = different.flatMap(({ key, only, fields, missing }) => {
    const name = oneLine(key);
    if (only === 'from') return [style.red(`- ${name}  only in ${from}`)];
    if (only === 'to') return [style.green(`+ ${name}  only in ${to}`)];
    return [
      style.yellow(`~ ${name}`),
      ...fields.map((field) => fieldLine(field, style)),
      ...missing.map((each) => `    environment.${each.name}: has no value in ${each.in === 'from' ? from : to}`),
    ];
  });
  return textOfLines([...lines, countsOf({ from, to }, different)]);
}

function fieldLine({ field, from, to, secret }: ComparedField, style: Style): string {
  if (secret !== undefined) return `    ${field}: <secret> ${secret}`;
  return `    ${field}: ${valueText(from, style.red)} -> ${valueText(to, style.green)}`;
}

function valueText(side: ComparedValue | undefined, paint: (text: string) => string): string {
  if (side === undefined) return '(none)';
  const { value, origin } = side;
  return `${paint(value)}${origin === undefined ? '' : ` (${originText(origin)})`}`;
}

function countsOf({ from, to }: Pick<ConfDiff, 'from' | 'to'>, different: readonly InstanceDiff[]): string {
  const count = (side: InstanceDiff['only']): number => different.filter(({ only }) => only === side).length;
  const counts = [
    [count(undefined), count(undefined) === 1 ? 'differs' : 'differ'],
    [count('from'), `only in ${from}`],
    [count('to'), `only in ${to}`],
  ] as const;
  const texts = counts.filter(([number]) => number > 0).map(([number, text]) => `${String(number)} ${text}`);
  return texts.length === 0 ? 'no differences' : texts.join(', ');
}
