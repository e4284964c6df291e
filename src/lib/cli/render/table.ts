import { noStyle, type Style } from './style.ts';
import { terminalText } from './terminal-text.ts';
import { textWidth } from './text-width.ts';

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** Is cut first when the table is wider than the terminal. */
  readonly canShrink?: boolean;
}

/** Text, or text with a colour that is applied after alignment. */
export type Cell = string | { readonly text: string; readonly paint: (text: string) => string };

export interface TableOptions {
  readonly style?: Style;
  /** Width of the terminal; absent: no limit. */
  readonly width?: number;
}

/** Options without a width if it is undefined. */
export function tableOptions(style: Style, width: number | undefined): TableOptions {
  return { style, ...(width === undefined ? {} : { width }) };
}

const gap = '  ';
const minWidth = 8;
/** Of columns that are cut only because the others were not enough. */
const leastWidth = 4;

/**
 * Aligned columns under their titles, without blanks at the end of a line.
 *
 *     SERVICE   INSTANCE  STATE
 *     demo      one       running
 */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  options: TableOptions = {},
): string {
  const style = options.style ?? noStyle;
  const widths = fit(columns, naturalWidths(columns, rows), options.width);
  const head = renderRow(
    columns,
    columns.map((column) => ({ text: column.title, paint: style.bold })),
    widths,
  );
  return [head, ...rows.map((row) => renderRow(columns, row, widths))].map((line) => `${line}\n`).join('');
}

/** At most `width` terminal columns; the last one is an ellipsis if something was cut. */
export function cutTo(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let cut = '';
  for (const character of text) {
    if (textWidth(cut + character) > width - 1) break;
    cut += character;
  }
  return width < 1 ? '' : `${cut}…`;
}

/** Columns of the terminal that a table takes when nothing is cut. */
export function tableWidth(columns: readonly Column[], rows: readonly (readonly Cell[])[]): number {
  return naturalWidths(columns, rows).reduce((sum, width) => sum + gap.length + width, -gap.length);
}

function naturalWidths(columns: readonly Column[], rows: readonly (readonly Cell[])[]): number[] {
  return columns.map((column, index) =>
    Math.max(textWidth(column.title), ...rows.map((row) => textWidth(textOf(row[index])))),
  );
}

/** Shrinks the widest column, shrinkable ones first, until all fit or none can shrink further. */
function fit(columns: readonly Column[], widths: readonly number[], limit: number | undefined): readonly number[] {
  const fitted = [...widths];
  const total = (): number => fitted.reduce((sum, width) => sum + width, gap.length * (fitted.length - 1));
  while (limit !== undefined && total() > limit) {
    const widest = widestOf(fitted, minWidth, (index) => columns[index]?.canShrink === true);
    const shrinking = widest ?? widestOf(fitted, leastWidth, () => true);
    if (shrinking === undefined) break;
    fitted[shrinking] = (fitted[shrinking] ?? 0) - 1;
  }
  return fitted;
}

/** Index of the widest column of more than `least` that may be chosen. */
function widestOf(widths: readonly number[], least: number, mayShrink: (index: number) => boolean): number | undefined {
  let widest: number | undefined;
  for (const [index, width] of widths.entries())
    if (mayShrink(index) && width > (widest === undefined ? least : (widths[widest] ?? 0))) widest = index;
  return widest;
}

function renderRow(columns: readonly Column[], row: readonly Cell[], widths: readonly number[]): string {
  const last = row.findLastIndex((cell) => textOf(cell) !== '');
  return columns
    .slice(0, last + 1)
    .map((column, index) => renderCell(column, row[index], widths[index] ?? 0, index === last))
    .join(gap);
}

function renderCell(column: Column, cell: Cell | undefined, width: number, isLast: boolean): string {
  const text = cutTo(textOf(cell), width);
  const painted = typeof cell === 'object' ? cell.paint(text) : text;
  const padding = ' '.repeat(Math.max(0, width - textWidth(text)));
  if (column.align === 'right') return padding + painted;
  return isLast ? painted : painted + padding;
}

/** A cell holds one line, as wide as it will be shown, and no blank at its end. */
function textOf(cell: Cell | undefined): string {
  const text = typeof cell === 'object' ? cell.text : (cell ?? '');
  return terminalText(text.replaceAll(/\s+/g, ' ').trimEnd());
}
