import type { InstanceVariables, VariableRow } from '../../use-cases/inspect/explain-variables.ts';
import type { Origin } from '../../model/desired.ts';
import type { Style } from './style.ts';
import { oneLine } from './terminal-text.ts';
import { renderTable, tableOptions, type Cell } from './table.ts';

/** Where a value comes from, as short as possible: its place if that names a file, else its source. */
export function originText({ source, where }: Origin): string {
  if (where === undefined || where === '') return source === 'fixed' ? 'dockerops' : source;
  return /^.+:\d+(:\d+)?$/.test(where) && source !== 'link' ? where : `${source} ${where}`;
}

/**
 * The variables of each instance with their origin and the values that they override:
 *
 *     web-main
 *     NAME     VALUE     FROM            OVERRIDES
 *     DB_HOST  db.local  host.conf:2:3   localhost (run.conf:4:7)
 */
export function renderEnvironment(instances: readonly InstanceVariables[], style: Style, width?: number): string {
  const options = tableOptions(style, width);
  return instances
    .map(
      (instance) => `${style.bold(oneLine(instance.key))}\n${renderTable(columns, rowsOf(instance, style), options)}`,
    )
    .join('\n');
}

const columns = [
  { title: 'NAME' },
  { title: 'VALUE', canShrink: true },
  { title: 'FROM' },
  { title: 'OVERRIDES', canShrink: true },
];

function rowsOf({ variables, missing }: InstanceVariables, style: Style): readonly (readonly Cell[])[] {
  return [
    ...missing.map(({ name, where, reason }) => [
      { text: name, paint: style.red },
      { text: '(missing)', paint: style.red },
      where ?? '',
      reason,
    ]),
    ...variables.map((variable) => [
      variable.name,
      variable.value,
      originText(variable.origin),
      overriddenText(variable),
    ]),
  ];
}

function overriddenText({ overrides }: VariableRow): string {
  return overrides.map(({ value, origin }) => `${value} (${originText(origin)})`).join(', ');
}
